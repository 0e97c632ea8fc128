using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Oddswire.Core.Domain;

namespace Oddswire.Core.Pricing.Parameters;

/// <summary>The parameters of a league's model.</summary>
public interface IModelParameters
{
    /// <summary>Writes every parameter, as the league's reader reads them.</summary>
    void Write(ParameterWriter writer);
}

/// <summary>A data file that a model was fitted on.</summary>
/// <param name="Name">Its path within the data folder, with slashes.</param>
/// <param name="Sha256">SHA-256 of its bytes as stored, 64 hexadecimal digits.</param>
public sealed record TrainingFile(string Name, string Sha256);

/// <summary>What a model was fitted on, and how: enough to repeat it, and to know which games it has seen.</summary>
public sealed record TrainingRecord
{
    /// <summary>The command that does it again.</summary>
    public required string Command { get; init; }

    /// <summary>The seed of every random choice.</summary>
    public required int Seed { get; init; }

    /// <summary>Game states fitted on.</summary>
    public required int Rows { get; init; }

    /// <summary>The data files.</summary>
    public required IReadOnlyList<TrainingFile> Files { get; init; }

    /// <summary>Every game fitted on, be it only its line and result, by season; both in ordinal order. Empty where the list was left out.</summary>
    public required IReadOnlyList<(string Season, IReadOnlyList<string> Games)> Games { get; init; }

    /// <summary>How many games.</summary>
    public required int GameCount { get; init; }

    /// <summary><see cref="HashOf"/> the games.</summary>
    public required string GamesSha256 { get; init; }

    /// <summary>Whether a game was fitted on. Spreadsheets drop the zeros an id begins with and change its case: such ids name the same game.</summary>
    public bool HasSeen(string game) => Seen.Contains(Plain(game));

    private HashSet<string> Seen => field ??= Games.SelectMany(static season => season.Games).Select(Plain).ToHashSet(StringComparer.OrdinalIgnoreCase);

    /// <summary>SHA-256 of the sorted ids of games, a line each: 64 hexadecimal digits.</summary>
    public static string HashOf(IEnumerable<string> games) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(
        string.Concat(games.Order(StringComparer.Ordinal).Select(game => game + "\n")))));

    private static string Plain(string game) => game.Trim().TrimStart('0');
}

/// <summary>A measured figure with its interval.</summary>
/// <param name="Name">What was measured, for example <c>log loss</c>.</param>
/// <param name="Value">The figure.</param>
/// <param name="Low">The lower end of the 95 % interval, clustered by game.</param>
/// <param name="High">The upper end.</param>
public sealed record MeasuredFigure(string Name, double Value, double Low, double High);

/// <summary>How good the model was on games it had not seen.</summary>
/// <param name="Method">For example <c>5-fold by game</c>.</param>
/// <param name="Rows">States judged.</param>
/// <param name="Games">Games they come from.</param>
/// <param name="Figures">The figures; none when the model was not evaluated.</param>
public sealed record ModelFigures(string Method, int Rows, int Games, IReadOnlyList<MeasuredFigure> Figures);

/// <summary>
/// A model as a file: which model it is, what it was fitted on, how good it was, and its parameters. One human-readable JSON object, read strictly:
/// an unknown or missing key, a value of the wrong kind or out of range is refused with its path.
/// </summary>
public sealed record ModelFile
{
    private const int MaxVersionLength = 40;

    /// <summary>The model's structure, which the program knows, for example <c>nfl-drives</c>.</summary>
    public required string Model { get; init; }

    /// <summary>The version that stands on every update: the structure, a hyphen, and anything of a-z, 0-9, dot and hyphen; up to 40 characters.</summary>
    public required string Version { get; init; }

    /// <summary>The league.</summary>
    public required League League { get; init; }

    /// <summary>What it was fitted on.</summary>
    public required TrainingRecord Trained { get; init; }

    /// <summary>How good it was.</summary>
    public required ModelFigures Figures { get; init; }

    /// <summary>The parameters.</summary>
    public required IModelParameters Parameters { get; init; }

    /// <summary>Reads a file.</summary>
    /// <param name="utf8">Its bytes.</param>
    /// <param name="name">Its name, for errors.</param>
    /// <exception cref="ModelFileException">It is not a model file, or something in it is wrong.</exception>
    public static ModelFile Parse(ReadOnlyMemory<byte> utf8, string name)
    {
        if (utf8.Span.StartsWith((byte[])[0xEF, 0xBB, 0xBF]))
        {
            utf8 = utf8[3..];
        }

        try
        {
            using var document = JsonDocument.Parse(utf8, new JsonDocumentOptions { AllowDuplicateProperties = false });
            var reader = new ParameterReader(document.RootElement, name + ":");
            var file = Read(reader);
            reader.Done();
            return file;
        }
        catch (JsonException error)
        {
            throw new ModelFileException($"{name} is not JSON: {error.Message}", error);
        }
    }

    /// <summary>The file's bytes; equal files are equal bytes.</summary>
    /// <param name="withGames">Whether the list of the games fitted on is written: most of the file, and only evaluation needs it.</param>
    public byte[] ToBytes(bool withGames = true) => ParameterWriter.Write(writer =>
    {
        writer.Text("model", Model);
        writer.Text("version", Version);
        writer.Text("league", League.Code());
        writer.Section("trained", WriteTrained);
        writer.Section("figures", WriteFigures);
        writer.Section("parameters", Parameters.Write);
        writer.Section("games", section =>
        {
            foreach (var (season, games) in withGames ? Trained.Games : [])
            {
                section.Texts(season, games);
            }
        });
    });

    /// <summary>Whether a text can be the version of a model.</summary>
    public static bool IsVersionOf(string model, string version) => version.Length <= MaxVersionLength
        && version.Length > model.Length + 1
        && version.StartsWith(model + "-", StringComparison.Ordinal)
        && version.All(c => c is (>= 'a' and <= 'z') or (>= '0' and <= '9') or '.' or '-');

    private static ModelFile Read(ParameterReader reader)
    {
        var model = reader.Text("model", MaxVersionLength);
        var version = reader.Text("version", MaxVersionLength);
        if (!IsVersionOf(model, version))
        {
            throw reader.Wrong("version", $"is '{version}'; expected '{model}-' and a name of a-z, 0-9, dot and hyphen, up to {MaxVersionLength} characters.");
        }

        if (!Leagues.TryParse(reader.Text("league", 3), out var league))
        {
            throw reader.Wrong("league", "must be nfl, nba or mlb.");
        }

        var trained = reader.Section("trained", ReadTrained);
        var figures = reader.Section("figures", ReadFigures);
        var parameters = reader.Section("parameters", section => GameModels.ReadParameters(league, model, section, reader));
        var games = reader.Section("games", ReadGames);
        if (games.Length > 0 && (games.Sum(season => season.Games.Count) != trained.GameCount
            || TrainingRecord.HashOf(games.SelectMany(season => season.Games)) != trained.GamesSha256))
        {
            throw reader.Wrong("games", "are not those that trained.games and trained.gamesSha256 speak of: the list was changed; train again.");
        }

        return new ModelFile
        {
            Model = model,
            Version = version,
            League = league,
            Trained = trained with { Games = games },
            Figures = figures,
            Parameters = parameters,
        };
    }

    private static TrainingRecord ReadTrained(ParameterReader reader) => new()
    {
        Command = reader.Text("command", 1000),
        Seed = reader.Whole("seed", 0, int.MaxValue),
        Rows = reader.Whole("rows", 0, int.MaxValue),
        GameCount = reader.Whole("games", 0, int.MaxValue),
        GamesSha256 = reader.Text("gamesSha256", 64),
        Files = reader.Sections("files", null, file => new TrainingFile(file.Text("name"), file.Text("sha256", 64))),
        Games = [],
    };

    private static ModelFigures ReadFigures(ParameterReader reader) => new(
        reader.Text("method", 200),
        reader.Whole("rows", 0, int.MaxValue),
        reader.Whole("games", 0, int.MaxValue),
        reader.Sections("figures", null, figure => new MeasuredFigure(
            figure.Text("name"), figure.Number("value", -1e9, 1e9), figure.Number("low", -1e9, 1e9), figure.Number("high", -1e9, 1e9))));

    private static (string Season, IReadOnlyList<string> Games)[] ReadGames(ParameterReader reader) =>
        [.. reader.Keys.ToArray().Select(season => (season, (IReadOnlyList<string>)reader.Texts(season, mostCharacters: 60)))];

    private void WriteTrained(ParameterWriter writer)
    {
        writer.Text("command", Trained.Command);
        writer.Number("seed", Trained.Seed);
        writer.Number("rows", Trained.Rows);
        writer.Number("games", Trained.GameCount);
        writer.Text("gamesSha256", Trained.GamesSha256);
        writer.Sections("files", Trained.Files, static (section, file) =>
        {
            section.Text("name", file.Name);
            section.Text("sha256", file.Sha256);
        });
    }

    private void WriteFigures(ParameterWriter writer)
    {
        writer.Text("method", Figures.Method);
        writer.Number("rows", Figures.Rows);
        writer.Number("games", Figures.Games);
        writer.Sections("figures", Figures.Figures, static (section, figure) =>
        {
            section.Text("name", figure.Name);
            section.Number("value", figure.Value);
            section.Number("low", figure.Low);
            section.Number("high", figure.High);
        });
    }
}
