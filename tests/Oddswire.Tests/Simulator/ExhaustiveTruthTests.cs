using Oddswire.Core.Domain;
using Oddswire.Simulator;

namespace Oddswire.Tests.Simulator;

/// <summary>A simulated game can be played on from any moment: the past stays, chance goes on.</summary>
public sealed class ExhaustiveTruthTests
{
    [Theory]
    [InlineData(League.Nfl)]
    [InlineData(League.Nba)]
    [InlineData(League.Mlb)]
    public void The_chances_go_from_the_pregame_lines_to_the_outcome(League league)
    {
        var truth = ExhaustiveTruth.Of(league, seed: 5, number: 3);
        var (start, _) = truth.After(told: 1, trials: 1_500, seed: 1);
        start.Value.ShouldBe(truth.Line.HomeWin!.Value.Value, 0.2);

        var (end, tie) = truth.After(truth.Plays - 1, trials: 20, seed: 1);
        (end.Value + tie.Value).ShouldBeOneOf(0, 1);
    }

    [Fact]
    public void The_same_seed_plays_on_in_the_same_way()
    {
        var truth = ExhaustiveTruth.Of(League.Mlb, seed: 5, number: 1);
        truth.After(30, 300, seed: 2).ShouldBe(ExhaustiveTruth.Of(League.Mlb, seed: 5, number: 1).After(30, 300, seed: 2));
        truth.After(30, 300, seed: 2).ShouldNotBe(truth.After(30, 300, seed: 3));
    }
}
