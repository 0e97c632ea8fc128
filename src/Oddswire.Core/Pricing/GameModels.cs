using System.Collections.Concurrent;
using Oddswire.Core.Domain;
using Oddswire.Core.Pricing.Mlb;
using Oddswire.Core.Pricing.Nba;
using Oddswire.Core.Pricing.Nfl;
using Oddswire.Core.Pricing.Parameters;

namespace Oddswire.Core.Pricing;

/// <summary>The models the program knows, and what they assume of a game of which nothing has been said.</summary>
public static class GameModels
{
    private static readonly ConcurrentDictionary<League, ModelFile> BuiltInFiles = new();

    /// <summary>A new model of the league with the built-in parameters; each thread needs its own.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not a league.</exception>
    public static IGameModel Create(League league) => Create(BuiltIn(league));

    /// <summary>A new model with a file's parameters; each thread needs its own.</summary>
    /// <exception cref="ArgumentException">The file is not that of a game model.</exception>
    public static IGameModel Create(ModelFile file) => Create(file.Parameters, file.Version);

    /// <summary>A new model with these parameters; each thread needs its own.</summary>
    /// <exception cref="ArgumentException">They are not those of a game model.</exception>
    public static IGameModel Create(IModelParameters parameters, string version) => parameters switch
    {
        NflParameters nfl => new NflModel(nfl, version),
        NbaParameters nba => new NbaModel(nba, version),
        MlbParameters mlb => new MlbModel(mlb, version),
        _ => throw new ArgumentException($"{parameters.GetType().Name} are not the parameters of a game model.", nameof(parameters)),
    };

    /// <summary>
    /// Works out what all games share that are priced with the built-in parameters, so that no first price of a line waits for it: 1.8 seconds and 0.8 GB for the NFL, nothing for the others, which
    /// share nothing that takes time.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Not a league.</exception>
    public static void WarmUp(League league)
    {
        if (BuiltIn(league).Parameters is NflParameters nfl)
        {
            NflTables.WarmUp(nfl);
        }
    }

    /// <summary>The model that the program carries for a league.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not a league.</exception>
    public static ModelFile BuiltIn(League league) => BuiltInFiles.GetOrAdd(league, static league =>
    {
        var folder = league.Code();
        var name = $"Oddswire.Core.Pricing.{char.ToUpperInvariant(folder[0])}{folder[1..]}.{folder}.json";
        using var stream = typeof(GameModels).Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"The program lacks its own model {name}.");
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return ModelFile.Parse(bytes, $"{folder}.json");
    });

    /// <summary>Reads the parameters of a model that the program knows.</summary>
    /// <exception cref="ModelFileException">Not a model of the league, or a parameter is wrong.</exception>
    internal static IModelParameters ReadParameters(League league, string model, ParameterReader section, ParameterReader file) => model switch
    {
        NflModel.Structure when league == League.Nfl => NflParameters.Read(section),
        NbaModel.Structure when league == League.Nba => NbaParameters.Read(section),
        MlbModel.Structure when league == League.Mlb => MlbParameters.Read(section),
        _ => throw file.Wrong(
            "model",
            $"is '{model}', which this program does not have for {league.Code()}; it has {StructureOf(league)}."),
    };

    /// <summary>What is assumed of a game whose information was lost: usual length, no line.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not a league.</exception>
    public static GameInfo InfoWhenUnknown(League league) => new()
    {
        Home = new Team("", ""),
        Away = new Team("", ""),
        RegulationPeriods = league switch
        {
            League.Nfl or League.Nba => 4,
            League.Mlb => 9,
            _ => throw new ArgumentOutOfRangeException(nameof(league), league, "Not a league; expected nfl, nba or mlb."),
        },
    };

    private static string StructureOf(League league) => league switch
    {
        League.Nfl => NflModel.Structure,
        League.Nba => NbaModel.Structure,
        _ => MlbModel.Structure,
    };
}
