using Oddswire.Calibration.Coherence;
using Oddswire.Core.Domain;
using Oddswire.Core.Pricing;

namespace Oddswire.Tests.Pricing;

/// <summary>
/// No two markets contradict each other: a seeded sample of what <c>oddswire bench coherence --states 3400000</c> checks.
/// ODDSWIRE_COHERENCE_STATES asks for more states.
/// </summary>
public sealed class MarketCoherenceTests
{
    private const int Sample = 10_000;

    private static long States => long.TryParse(Environment.GetEnvironmentVariable("ODDSWIRE_COHERENCE_STATES"), out var states) ? states : Sample;

    [Theory]
    [InlineData(League.Nfl)]
    [InlineData(League.Nba)]
    [InlineData(League.Mlb)]
    public void No_two_markets_contradict_each_other(League league)
    {
        var findings = CoherenceRun.Check(league, GameModels.Create(league), States, seed: 2026);
        findings.Sum(finding => finding.Checks).ShouldBeGreaterThan(States * 100);
        findings.Where(finding => finding.Breaches > 0)
            .Select(finding => $"{finding.Rule}: {finding.Breaches} times, by {finding.Worst} at {finding.Example}").ShouldBeEmpty();
    }

    [Theory]
    [InlineData(League.Nfl)]
    [InlineData(League.Nba)]
    [InlineData(League.Mlb)]
    public void Neighbouring_seeds_have_no_states_in_common(League league)
    {
        const int each = 2_000;
        var seen = new HashSet<(GameState, GameInfo)>();
        var begun = 0;
        for (var seed = 640; seed < 644; seed++)
        {
            var random = new RandomStates(league, seed);
            for (var i = 0; i < each; i++)
            {
                // Of games that have not begun there are only a few states.
                var (state, info) = random.Next();
                if (state.Phase == GamePhase.Live)
                {
                    begun++;
                    seen.Add((state, info));
                }
            }
        }

        begun.ShouldBeGreaterThan(2 * each);
        seen.Count.ShouldBeGreaterThan((int)(begun * 0.98));
    }

    [Fact]
    public void A_model_whose_total_ignores_its_teams_is_caught()
    {
        var findings = CoherenceRun.Check(League.Nba, new Contradictory(), 200, seed: 1);
        findings.Where(finding => finding.Breaches > 0).Select(finding => finding.Rule)
            .ShouldBe(["a team's points are part of the total", "points scored are certain"], ignoreOrder: true);
    }

    /// <summary>The league's model with totals ten points too low.</summary>
    private sealed class Contradictory : IGameModel, IOutcomeDistribution
    {
        private readonly IGameModel _model = GameModels.Create(League.Nba);
        private IOutcomeDistribution _solved = null!;

        public string Version => "contradictory-1";

        public IOutcomeDistribution Solve(GameState state, GameInfo info)
        {
            _solved = _model.Solve(state, info);
            return this;
        }

        public IReadOnlyList<ModelFigure> Explain(GameState state, GameInfo info) => _model.Explain(state, info);

        public bool Covers(MarketScope scope) => scope == MarketScope.FullGame;

        public Split Result(MarketScope scope = MarketScope.FullGame) => _solved.Result(scope);

        public Split Spread(Line homeHandicap, MarketScope scope = MarketScope.FullGame) => _solved.Spread(homeHandicap, scope);

        public Split Total(Line line, MarketScope scope = MarketScope.FullGame) => _solved.Total(new Line(line.Hundredths + 1000), scope);

        public Split TeamTotal(Side side, Line line, MarketScope scope = MarketScope.FullGame) => _solved.TeamTotal(side, line, scope);

        public (int HomeHundredths, int AwayHundredths) Mean(MarketScope scope = MarketScope.FullGame) => _solved.Mean(scope);

        public Split? NextScore() => null;

        public Split? RaceTo(int points) => null;

        public Split? DriveResult() => null;

        public Split? HalfInningRuns(Line line) => null;
    }
}
