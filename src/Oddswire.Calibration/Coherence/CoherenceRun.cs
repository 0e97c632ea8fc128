using Oddswire.Core.Domain;
using Oddswire.Core.Pricing;

namespace Oddswire.Calibration.Coherence;

/// <summary>Checks a league's model over random states: no two markets contradict each other.</summary>
public static class CoherenceRun
{
    /// <summary>Differences up to this are rounding: published probabilities are whole millionths.</summary>
    public const double Tolerance = 1e-6;

    /// <summary>
    /// What a point more may seem to cost, a hundred-thousandth: two states are solved here, and in games long decided football's tables, in single
    /// precision and cut off where nothing happens, round them differently. No offered price shows it.
    /// </summary>
    public const double LeadTolerance = 1e-5;

    /// <summary>The rule that a point more never lowers the chance to win.</summary>
    public const string MoreLead = "more lead never lowers the chance to win";

    /// <summary>Checks so many states.</summary>
    /// <param name="league">The league.</param>
    /// <param name="model">Its model; not shared with other threads.</param>
    /// <param name="states">How many states.</param>
    /// <param name="seed">Decides the states.</param>
    /// <param name="progress">Told the states done, now and then; null for nobody.</param>
    /// <param name="ct">Ends the run early with an exception.</param>
    public static IReadOnlyList<CoherenceFinding> Check(
        League league, IGameModel model, long states, int seed, IProgress<long>? progress = null, CancellationToken ct = default)
    {
        var random = new RandomStates(league, seed);
        var log = new CoherenceLog(Tolerance);
        var rules = new CoherenceRules(log, LeagueBook.For(league));
        var lead = log.Rule(MoreLead);
        var mirror = new MirrorRules(log);
        for (long i = 0; i < states; i++)
        {
            var (state, info) = random.Next();
            var number = i;
            log.Place = () => $"state {number}: {Describe(state, info)}";
            var solved = model.Solve(state, info);
            rules.Check(solved, state, info, league);
            var seen = Readings.Of(solved, state);
            CheckLead(lead, seen, model, state, info, league);
            if (league != League.Mlb && info.Line is not null)
            {
                mirror.Check(seen, model, state, info);
            }

            if ((i & 4095) == 4095)
            {
                ct.ThrowIfCancellationRequested();
                progress?.Report(i + 1);
            }
        }

        return log.Findings();
    }

    private static void CheckLead(CoherenceCheck rule, in Readings seen, IGameModel model, GameState state, GameInfo info, League league)
    {
        var isWalkOff = league == League.Mlb && state.Possession == Side.Home && state.Period >= info.RegulationPeriods && state.Score.Margin >= 0;
        // Right after a touchdown a point more is the try. In football's overtime a lead says that its team has had the ball, and the other one wins with a
        // touchdown that would be answered at a level score: in neither case is the state the same but for the lead.
        var isFootballOvertime = league == League.Nfl && state.Period > info.RegulationPeriods;
        if (state.Phase != GamePhase.Live || isWalkOff || isFootballOvertime || state.IsTryDue)
        {
            return;
        }

        var score = state.Score + new Score(1, 0);

        // Between football's drives the latest points say who kicks off and who was behind before: those stay.
        var isBetweenDrives = league == League.Nfl && state.Football is not { Down: >= 1 };
        var more = state with { Score = score, Sheet = isBetweenDrives ? state.Sheet : state.Sheet.WithScore(score) };
        var after = WinOrHalfTie(model.Solve(more, info).Result());
        rule.AtMost(WinOrHalfTie(seen.Result) - (LeadTolerance - Tolerance), after);
    }

    private static double WinOrHalfTie(Split result) => result.Over.Value + (result.Push.Value / 2);

    /// <summary>What is kept of a state's solution while others are solved in its place.</summary>
    /// <param name="Result">Home ahead, level, away ahead.</param>
    /// <param name="TotalLine">The line nearest to the expected total.</param>
    /// <param name="Total">The total at it.</param>
    /// <param name="Team">Home's total at <see cref="TeamLine"/>.</param>
    private readonly record struct Readings(Split Result, Line TotalLine, Split Total, Split Team)
    {
        public static Readings Of(IOutcomeDistribution solved, GameState state)
        {
            var line = Middle(solved);
            return new Readings(solved.Result(), line, solved.Total(line), solved.TeamTotal(Side.Home, TeamLine(state)));
        }

        public static Line TeamLine(GameState state) => Line.FromHalves((2 * state.Score.Home) + 15);
    }

    /// <summary>What swapping the teams must do.</summary>
    private sealed class MirrorRules(CoherenceLog log)
    {
        private readonly CoherenceCheck _chances = log.Rule("swapped teams swap their chances");
        private readonly CoherenceCheck _total = log.Rule("swapped teams keep the total");
        private readonly CoherenceCheck _totals = log.Rule("swapped teams swap their totals");

        public void Check(in Readings seen, IGameModel model, GameState state, GameInfo info)
        {
            var mirrored = state with
            {
                Score = Swapped(state.Score),
                Sheet = Swapped(state.Sheet),
                Possession = state.Possession is { } side ? 1 - side : null,
                Basketball = state.Basketball is { } now ? now with { HomeFouls = now.AwayFouls, AwayFouls = now.HomeFouls } : null,
                Football = state.Football is { } play ? play with { HomeTimeouts = play.AwayTimeouts, AwayTimeouts = play.HomeTimeouts } : null,
            };
            var other = model.Solve(mirrored, info with { Line = info.Line! with { HomeMarginHundredths = -info.Line.HomeMarginHundredths } });
            var swapped = other.Result();
            _chances.Equal(swapped.Under.Value, seen.Result.Over.Value);
            _chances.Equal(swapped.Push.Value, seen.Result.Push.Value);
            _total.Equal(other.Total(seen.TotalLine).Over.Value, seen.Total.Over.Value);
            _totals.Equal(other.TeamTotal(Side.Away, Readings.TeamLine(state)).Over.Value, seen.Team.Over.Value);
        }
    }

    private static Line Middle(IOutcomeDistribution solved)
    {
        var mean = solved.Mean();
        return new Line((int)Math.Round((mean.HomeHundredths + mean.AwayHundredths) / 100.0) * 100);
    }

    private static Score Swapped(Score score) => new(score.Away, score.Home);

    // Kinds 1 and 2 are points of home and away; the side of a drive's begin is its lowest bit.
    private static ScoreSheet Swapped(ScoreSheet sheet)
    {
        var entries = sheet.Entries.ToArray();
        foreach (ref var entry in entries.AsSpan())
        {
            entry = (entry >> 5) switch
            {
                1 => (byte)((2 << 5) | (entry & 31)),
                2 => (byte)((1 << 5) | (entry & 31)),
                5 => (byte)(entry ^ 1),
                _ => entry,
            };
        }

        return ScoreSheet.Read(entries);
    }

    private static string Describe(GameState state, GameInfo info) =>
        $"period {state.Period}, clock {state.ClockTenths}, {state.Score}, sheet {state.Sheet}, ball {state.Possession}, {state.Football}{state.Baseball}{state.Basketball}, "
        + $"{info.RegulationPeriods} periods, runner {info.AutomaticRunnerBase}, winner {info.MustHaveWinner}, line {info.Line}";
}
