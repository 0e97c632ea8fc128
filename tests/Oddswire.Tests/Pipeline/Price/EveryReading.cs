using Oddswire.Core.Domain;
using Oddswire.Core.Pricing;

namespace Oddswire.Tests.Pipeline.Price;

/// <summary>A simple model that has every reading in every scope: points to come are geometric, the same for all periods. For tests of the stage, not of prices.</summary>
internal sealed class EveryReading(League league) : IGameModel, IOutcomeDistribution
{
    private GameState _state = new();

    public string Version => "every-reading-1";

    /// <summary>Readings that the model gives; what is left out answers null.</summary>
    public bool HasMoments { get; set; } = true;

    public IOutcomeDistribution Solve(GameState state, GameInfo info)
    {
        _state = state;
        return this;
    }

    public IReadOnlyList<ModelFigure> Explain(GameState state, GameInfo info) => [];

    public bool Covers(MarketScope scope) => MarketScopes.Of(league).Contains(scope) && !_state.HasEnded(scope) && _state.PointsIn(scope) is not null;

    public Split Result(MarketScope scope = MarketScope.FullGame) => Around(Points(scope).Margin * 100, tie: 0.05);

    public Split Spread(Line homeHandicap, MarketScope scope = MarketScope.FullGame) =>
        Around((Points(scope).Margin * 100) + homeHandicap.Hundredths, homeHandicap.CanPush ? 0.05 : 0);

    public Split Total(Line line, MarketScope scope = MarketScope.FullGame) =>
        Around((Points(scope).Total * 100) + 400 - line.Hundredths, line.CanPush ? 0.05 : 0);

    public Split TeamTotal(Side side, Line line, MarketScope scope = MarketScope.FullGame) =>
        Around(((side == Side.Home ? Points(scope).Home : Points(scope).Away) * 100) + 200 - line.Hundredths, line.CanPush ? 0.05 : 0);

    public (int HomeHundredths, int AwayHundredths) Mean(MarketScope scope = MarketScope.FullGame) =>
        ((Points(scope).Home * 100) + 200, (Points(scope).Away * 100) + 200);

    public Split? NextScore() => HasMoments ? Of(0.45, 0.35) : null;

    public Split? RaceTo(int points) => HasMoments ? Of(0.4, 0.4) : null;

    public Split? DriveResult() => HasMoments && _state is { Possession: not null, Football.Down: >= 1 } ? Of(0.25, 0.6) : null;

    public Split? HalfInningRuns(Line line) => HasMoments && league == League.Mlb ? Of(0.4, 0.6) : null;

    private static Split Of(double over, double under) => new(Chance.Of(over), Chance.Of(1 - over - under), Chance.Of(under));

    private Score Points(MarketScope scope) => _state.PointsIn(scope) ?? default;

    private static Split Around(int hundredths, double tie)
    {
        var over = (1 - tie) / (1 + Math.Exp(-hundredths / 300.0));
        return Of(over, 1 - tie - over);
    }
}
