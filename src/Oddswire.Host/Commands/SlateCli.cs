using System.CommandLine;
using Oddswire.Core.Domain;
using Oddswire.Simulator;
using Oddswire.Simulator.Faults;

namespace Oddswire.Host.Commands;

/// <summary>The options that say what the simulator plays.</summary>
internal sealed class SlateCli
{
    public Option<string> Games { get; } = new("--games") { Description = "Concurrent games, by league.", DefaultValueFactory = static _ => "nfl=6,nba=8,mlb=5" };

    public Option<long> Seed { get; } = new("--seed") { Description = "Determines every game, line and fault.", DefaultValueFactory = static _ => 1 };

    public Option<int?> Rounds { get; } = new("--rounds") { Description = "How many games each place in the slate plays, one after the other. Default: no end." };

    public Option<string?> Faults { get; } = new("--faults") { Description = $"Faults to inject: {FaultPlanParser.Syntax}" };

    public void AddTo(Command command)
    {
        command.Add(Games);
        command.Add(Seed);
        command.Add(Rounds);
        command.Add(Faults);
    }

    /// <exception cref="UserErrorException">An option makes no sense.</exception>
    public SlateOptions Read(ParseResult parsed)
    {
        var counts = ParseGames(parsed.GetRequiredValue(Games));
        try
        {
            var options = new SlateOptions
            {
                Seed = (ulong)parsed.GetRequiredValue(Seed),
                NflGames = counts.GetValueOrDefault(League.Nfl),
                NbaGames = counts.GetValueOrDefault(League.Nba),
                MlbGames = counts.GetValueOrDefault(League.Mlb),
                Rounds = parsed.GetValue(Rounds),
                Faults = parsed.GetValue(Faults) is { } faults ? FaultPlanParser.Parse(faults) : FaultPlan.None,
            };
            options.Validate();
            return options;
        }
        catch (Exception e) when (e is ArgumentException or FormatException)
        {
            throw new UserErrorException(ExitCodes.Usage, e.Message, "See 'oddswire up --help'.", e);
        }
    }

    private static Dictionary<League, int> ParseGames(string text)
    {
        var counts = new Dictionary<League, int>();
        foreach (var part in text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var pair = part.Split('=');
            if (pair.Length != 2 || !Leagues.TryParse(pair[0], out var league) || !int.TryParse(pair[1], out var count))
            {
                throw new UserErrorException(ExitCodes.Usage, $"--games '{part}' is not a league and a number.", "Write for example nfl=6,nba=8,mlb=5.");
            }

            counts[league] = count;
        }

        return counts;
    }
}
