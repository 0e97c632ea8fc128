using Oddswire.Calibration.Data;
using Oddswire.Core.Domain;
using Oddswire.Core.Pricing.Mlb;

namespace Oddswire.Calibration.Mlb;

/// <summary>
/// Fits the MLB model: counts what plays do, takes how much is scored in which inning, and finds the day's deviation by likelihood. Nothing is fitted to
/// winners.
/// </summary>
public static class MlbFit
{
    private const int Decimals = 4;

    // Candidates of the day's deviation; the likelihood is flat enough that nothing lies between them.
    private static readonly double[] DaySds = [0, 0.04, 0.06, 0.08, 0.1, 0.12, 0.14, 0.17, 0.2];

    // Innings at whose start the likelihood of the rest of the game is looked at.
    private static readonly int[] LookedAt = [1, 3, 5, 7];

    private const int MostGamesLookedAt = 700;

    /// <summary>Fits.</summary>
    public static MlbParameters Run(TrainingSet set, FitContext context)
    {
        context.Progress(0, "counting plays");
        var plays = Plays(set.Rows);
        var games = set.Rows.Select(row => row.Game).DistinctBy(game => game.Id).ToList();
        var parameters = new MlbParameters
        {
            Transitions = Transitions(plays),
            InningTilts = new double[MlbParameters.Innings],
            DaySd = 0,
            WalkOffMargins = WalkOffs(plays),
            AverageHomeWin = (int)Math.Round(games.Average(game => game.Final!.Value.Margin > 0 ? 1.0 : 0.0) * 1000) * 1000,
            AverageTotal = (int)Math.Round(games.Where(game => game.Info.RegulationPeriods == 9).Average(game => game.Final!.Value.Total) * 20) * 5,
        };
        parameters = parameters with { InningTilts = InningTilts(plays, parameters) };
        var sample = Sample(set.Rows, games.Count);
        var costs = DaySds.Select((sd, i) =>
        {
            context.Progress((i + 1.0) / (DaySds.Length + 1), "finding the day's deviation");
            return CostOf(new MlbModel(parameters with { DaySd = sd }), sample);
        }).ToList();
        return parameters with { DaySd = DaySds[costs.IndexOf(costs.Min())] };
    }

    // A state, what the play did, and whether it was the last of its half-inning and of the game.
    private static List<Play> Plays(IReadOnlyList<ModelRow> rows)
    {
        List<Play> plays = new(rows.Count);
        for (var i = 0; i < rows.Count; i++)
        {
            var row = rows[i];
            var next = i + 1 < rows.Count && rows[i + 1].Game.Id == row.Game.Id ? rows[i + 1] : null;
            var runs = (next?.State.Score.Total ?? row.Final.Total) - row.State.Score.Total;
            plays.Add(new Play(row, Math.Clamp(runs, 0, 4), next?.State.Possession == row.State.Possession ? next : null, next is null));
        }

        return plays;
    }

    private static BaseOutTransition[] Transitions(List<Play> plays)
    {
        var counts = plays
            .Where(play => play.Row.State.Period <= play.Row.Info.RegulationPeriods && !play.IsWalkOff)
            .GroupBy(play => (From: StateOf(play.Row), To: play.Next is null ? MlbParameters.End : StateOf(play.Next), play.Runs))
            .Where(group => group.Key.From < MlbParameters.End)
            .ToDictionary(group => group.Key, group => group.Count());
        List<BaseOutTransition> transitions = [];
        foreach (var state in counts.GroupBy(pair => pair.Key.From).OrderBy(group => group.Key))
        {
            var all = state.Sum(pair => pair.Value);
            var left = Probability.One;
            foreach (var ((from, to, runs), count) in state.OrderByDescending(pair => pair.Value).ThenBy(pair => pair.Key.To).ThenBy(pair => pair.Key.Runs).Reverse())
            {
                // The commonest comes last and takes what rounding leaves.
                var millionths = (int)Math.Round(count * (double)Probability.One / all);
                transitions.Add(new BaseOutTransition(from, to, runs, millionths));
                left -= millionths;
            }

            transitions[^1] = transitions[^1] with { Millionths = transitions[^1].Millionths + left };
        }

        return [.. transitions.OrderBy(play => play.From).ThenBy(play => play.To).ThenBy(play => play.Runs)];
    }

    private static int[] WalkOffs(List<Play> plays)
    {
        var counts = new int[4];
        foreach (var play in plays.Where(play => play.IsWalkOff))
        {
            counts[Math.Min(Math.Abs(play.Row.Final.Margin), 4) - 1]++;
        }

        var shares = counts.Select(count => (int)Math.Round((count + 1) * (double)Probability.One / (counts.Sum() + 4))).ToArray();
        shares[0] += Probability.One - shares.Sum();
        return shares;
    }

    /// <summary>
    /// By inning, the tilt at which the runs expected from the states with which its half-innings began are those scored; drawn towards zero by what chance alone
    /// would show (empirical Bayes). Half-innings that a walk-off can cut short are left out.
    /// </summary>
    private static double[] InningTilts(List<Play> plays, MlbParameters parameters)
    {
        var laws = new HalfInningLaws(parameters);
        var sums = new InningSum[MlbParameters.Innings];
        for (var i = 0; i < plays.Count; i++)
        {
            var begin = plays[i].Row;
            var runs = plays[i].Runs;
            while (plays[i] is { Next: not null, IsLast: false })
            {
                runs += plays[++i].Runs;
            }

            var isCut = IsBottom(begin) && begin.State.Period >= begin.Info.RegulationPeriods;
            if (!isCut && StateOf(begin) < MlbParameters.End)
            {
                sums[InningOf(begin)].Add(runs, laws.Mean(begin.State.Baseball!.Value.Outs, begin.State.Baseball.Value.BasesMask));
            }
        }

        (double Tilt, double Error)[] raw = [.. sums.Select(sum => sum.Tilt)];
        var spread = Math.Max(raw.Average(tilt => (tilt.Tilt * tilt.Tilt) - (tilt.Error * tilt.Error)), 0);
        return [.. raw.Select(tilt => Math.Round(tilt.Tilt * spread / (spread + (tilt.Error * tilt.Error)), Decimals))];
    }

    private static int InningOf(ModelRow row) =>
        (row.State.Period > row.Info.RegulationPeriods ? MlbParameters.Innings : Math.Min(row.State.Period, MlbParameters.Innings - 1)) - 1;

    private static List<ModelRow> Sample(IReadOnlyList<ModelRow> rows, int games)
    {
        var step = Math.Max(games / MostGamesLookedAt, 1);
        return [.. rows.GroupBy(row => row.Game.Id)
            .Where((_, i) => i % step == 0)
            .SelectMany(game => LookedAt.Select(inning => game.FirstOrDefault(row => row.State.Period == inning)).OfType<ModelRow>())];
    }

    private static double CostOf(MlbModel model, List<ModelRow> rows) => rows.Average(row =>
    {
        var solved = model.Solve(row.State, row.Info);
        return -Math.Log(Math.Max(solved.TeamTotal(Side.Home, new Line(row.Final.Home * 100)).Push.Value, 1e-9))
            - Math.Log(Math.Max(solved.TeamTotal(Side.Away, new Line(row.Final.Away * 100)).Push.Value, 1e-9));
    });

    private static int StateOf(ModelRow row) => row.State.Baseball is { Outs: < 3 } now ? (now.Outs * 8) + now.BasesMask : MlbParameters.End;

    private static bool IsBottom(ModelRow row) => row.State.Possession == (row.Info.HomeBatsFirst ? Side.Away : Side.Home);

    private sealed record Play(ModelRow Row, int Runs, ModelRow? Next, bool IsLast)
    {
        /// <summary>Whether the play won the game for the team batting second.</summary>
        public bool IsWalkOff => IsLast && IsBottom(Row) && Row.State.Period >= Row.Info.RegulationPeriods && Runs > 0
            && (Row.Info.HomeBatsFirst ? -Row.Final.Margin : Row.Final.Margin) > 0;
    }

    /// <summary>Runs of the half-innings of one inning, beside those expected.</summary>
    private struct InningSum
    {
        private double _excess;
        private double _squares;

        public void Add(double runs, double expected)
        {
            _excess += runs - expected;
            _squares += (runs - expected) * (runs - expected);
        }

        // The mean's slope in the tilt is the variance.
        public readonly (double Tilt, double Error) Tilt => _squares > 0 ? (_excess / _squares, 1 / Math.Sqrt(_squares)) : (0, 1);
    }
}
