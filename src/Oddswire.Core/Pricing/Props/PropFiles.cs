using System.Collections.Concurrent;
using System.Text.Json;
using Oddswire.Core.Domain;
using Oddswire.Core.Pricing.Parameters;

namespace Oddswire.Core.Pricing.Props;

/// <summary>
/// The files of the players' models, as they are built in: per league one with the parameters (<c>props-nfl.json</c>) and one with what is expected of
/// players (<c>players-nfl.json</c>), both written by <c>oddswire models train --props</c> and read strictly.
/// </summary>
public static class PropFiles
{
    private static readonly ConcurrentDictionary<League, (PropParameters Parameters, PlayerBook Book)> BuiltIn = new();

    /// <summary>The parameters built in.</summary>
    public static PropParameters Parameters(League league) => Of(league).Parameters;

    /// <summary>The players built in: one book for all, to be read only.</summary>
    public static PlayerBook Book(League league) => Of(league).Book;

    /// <summary>Reads a file of parameters.</summary>
    /// <exception cref="ModelFileException">It is not such a file, or something in it is wrong.</exception>
    public static PropParameters ReadParameters(ReadOnlyMemory<byte> utf8, string name) => Read(utf8, name, ParametersOf);

    /// <summary>Reads a file of players.</summary>
    /// <exception cref="ModelFileException">It is not such a file, or something in it is wrong.</exception>
    public static PlayerBook ReadBook(ReadOnlyMemory<byte> utf8, string name) => Read(utf8, name, BookOf);

    /// <summary>The bytes of a file of parameters.</summary>
    public static byte[] Write(PropParameters parameters)
    {
        return ParameterWriter.Write(Put);

        void Put(ParameterWriter writer)
        {
            writer.Text("version", parameters.Version);
            writer.Number("games", parameters.Games);
            writer.Sections("files", parameters.Files, PutFile);
            writer.Sections("log_loss_against_pro_rata", parameters.Measured, PutFigure);
            writer.Section("figures", PutFigures);
            writer.Sections("counts", parameters.Counts.OrderBy(static entry => entry.Key), PutCount);
            writer.Number("first_yard", parameters.FirstYard);
            writer.Numbers("run_yards", parameters.RunYards);
            writer.Numbers("catch_yards", parameters.CatchYards);
            writer.Numbers("score_points", parameters.ScorePoints);
        }

        void PutFigures(ParameterWriter writer)
        {
            foreach (var (name, value) in parameters.Figures.OrderBy(static entry => entry.Key, StringComparer.Ordinal))
            {
                writer.Number(name, Rounded(value));
            }
        }
    }

    /// <summary>The bytes of a file of players, of those with so many games at least.</summary>
    public static byte[] Write(PlayerBook book, IReadOnlyList<PlayerStatistic> statistics, double leastGames)
    {
        return ParameterWriter.Write(Put);

        void Put(ParameterWriter writer)
        {
            var known = book.Players.Where(entry => entry.Value.Games >= leastGames).OrderBy(static entry => entry.Key, StringComparer.Ordinal);
            writer.Texts("statistics", statistics.Select(static statistic => statistic.Name()));
            writer.Table("roles", Enumerable.Range(0, PlayerBook.Roles).Select(role => statistics.Select(statistic => Rounded(book.Role(role)[statistic]))));
            writer.Sections("players", known, PutPlayer);
        }

        void PutPlayer(ParameterWriter writer, KeyValuePair<string, PlayerPrior> player)
        {
            writer.Text("id", player.Key);
            writer.Text("name", player.Value.Name.Length > 0 ? player.Value.Name : player.Key);
            writer.Number("games", Rounded(player.Value.Games));
            writer.Numbers("rates", statistics.Select(statistic => Rounded(player.Value[statistic])));
        }
    }

    private static void PutFile(ParameterWriter writer, TrainingFile file)
    {
        writer.Text("name", file.Name);
        writer.Text("sha256", file.Sha256);
    }

    private static void PutFigure(ParameterWriter writer, MeasuredFigure figure)
    {
        writer.Text("name", figure.Name);
        writer.Number("value", Rounded(figure.Value));
        writer.Number("low", Rounded(figure.Low));
        writer.Number("high", Rounded(figure.High));
    }

    private static void PutCount(ParameterWriter writer, KeyValuePair<PlayerStatistic, CountParameters> count)
    {
        writer.Text("statistic", count.Key.Name());
        writer.Number("base", Rounded(count.Value.Base));
        writer.Number("slope", Rounded(count.Value.Slope));
        writer.Number("variance", Rounded(count.Value.Variance));
        writer.Number("size", Rounded(count.Value.Size));
        writer.Number("variance_slope", Rounded(count.Value.VarianceSlope));
        writer.Number("size_slope", Rounded(count.Value.SizeSlope));
        writer.Numbers("effects", count.Value.Effects.Select(Rounded));
    }

    private static PropParameters ParametersOf(ParameterReader reader) => new()
    {
        Version = reader.Text("version", 40),
        Games = reader.Whole("games", 0, int.MaxValue),
        Files = reader.Sections("files", null, static file => new TrainingFile(file.Text("name"), file.Text("sha256", 64))),
        Measured = reader.Sections("log_loss_against_pro_rata", null, static figure => new MeasuredFigure(
            figure.Text("name"), figure.Number("value", -1e9, 1e9), figure.Number("low", -1e9, 1e9), figure.Number("high", -1e9, 1e9))),
        FirstYard = reader.Whole("first_yard", -99, 0),
        RunYards = reader.Numbers("run_yards", null, 0, 1e9),
        CatchYards = reader.Numbers("catch_yards", null, 0, 1e9),
        ScorePoints = reader.Numbers("score_points", null, 0, 1e9),
        Figures = reader.Section("figures", static figures => figures.Keys.ToArray().ToDictionary(static key => key, key => figures.Number(key, -1e6, 1e6))),
        Counts = reader.Sections("counts", null, static count => (Statistic: StatisticOf(count), Parameters: CountOf(count)))
            .ToDictionary(static entry => entry.Statistic, static entry => entry.Parameters),
    };

    private static CountParameters CountOf(ParameterReader reader) => new()
    {
        Base = reader.Number("base", 0, 1e4),
        Slope = reader.Number("slope", 0, 1e4),
        Variance = reader.Number("variance", 1, 100),
        Size = reader.Number("size", 1e-3, 1e6),
        VarianceSlope = reader.Number("variance_slope", -20, 20),
        SizeSlope = reader.Number("size_slope", -20, 20),
        Effects = reader.Numbers("effects", PropModel.MaxFeatures, -100, 100),
    };

    private static PlayerBook BookOf(ParameterReader reader)
    {
        var book = new PlayerBook();
        var statistics = reader.Texts("statistics").Select(text => PropStatistics.TryParse(text, out var known)
            ? known
            : throw reader.Wrong("statistics", $"names '{text}', which is no statistic.")).ToArray();
        var roles = reader.Table("roles", PlayerBook.Roles, statistics.Length, -1e6, 1e6);
        for (var role = 0; role < roles.Length; role++)
        {
            Fill(book.Role(role), roles[role], statistics);
        }

        foreach (var (id, player, games, rates) in reader.Sections("players", null, entry =>
            (entry.Text("id", 24), entry.Text("name", 60), entry.Number("games", 0, 1e4), entry.Numbers("rates", statistics.Length, -1e6, 1e6))))
        {
            var prior = book.Entry(id);
            (prior.Name, prior.Games) = (player, games);
            Fill(prior, rates, statistics);
        }

        return book;
    }

    private static double Rounded(double value) => value == 0 ? 0 : Math.Round(value, Math.Abs(value) < 1 ? 4 : 3);

    private static void Fill(PlayerPrior prior, double[] rates, PlayerStatistic[] statistics)
    {
        for (var i = 0; i < rates.Length; i++)
        {
            prior[statistics[i]] = rates[i];
        }
    }

    private static PlayerStatistic StatisticOf(ParameterReader reader) => PropStatistics.TryParse(reader.Text("statistic", 40), out var statistic)
        ? statistic
        : throw reader.Wrong("statistic", "is none.");

    private static T Read<T>(ReadOnlyMemory<byte> utf8, string name, Func<ParameterReader, T> read)
    {
        try
        {
            using var document = JsonDocument.Parse(utf8, new JsonDocumentOptions { AllowDuplicateProperties = false });
            var reader = new ParameterReader(document.RootElement, name + ":");
            var result = read(reader);
            reader.Done();
            return result;
        }
        catch (JsonException error)
        {
            throw new ModelFileException($"{name} is not JSON: {error.Message}", error);
        }
    }

    private static (PropParameters Parameters, PlayerBook Book) Of(League league) => BuiltIn.GetOrAdd(league, static league =>
    {
        var (parameters, players) = ($"props-{league.Code()}.json", $"players-{league.Code()}.json");
        return (ReadParameters(Embedded(parameters), parameters), ReadBook(Embedded(players), players));
    });

    private static ReadOnlyMemory<byte> Embedded(string name)
    {
        using var stream = typeof(PropFiles).Assembly.GetManifestResourceStream($"Oddswire.Core.Pricing.Props.{name}")
            ?? throw new InvalidOperationException($"The program was built without {name}.");
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }
}
