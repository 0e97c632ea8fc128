using Oddswire.Core.Domain;
using Oddswire.Host.Api;

namespace Oddswire.Tests.Api;

public sealed class VerdictBuilderTests
{
    private static readonly GameId Game = GameId.Of(League.Nfl, "2015091000");

    [Fact]
    public void The_live_prices_are_judged_beside_the_pregame_price_held_to_the_end()
    {
        var verdict = VerdictBuilder.Of(Game, new Score(24, 17), 4, [Pregame(0.6), Live(1, 0.8), Live(2, 0.5), Live(4, 0.9)]);

        verdict.Winner.ShouldBe("home");
        verdict.Pregame.ShouldBe("0.6000");
        verdict.Model!.Prices.ShouldBe(3);
        double.Parse(verdict.Model.LogLoss).ShouldBe(-(Math.Log(0.8) + Math.Log(0.5) + Math.Log(0.9)) / 3, 1e-4);
        double.Parse(verdict.Model.Brier).ShouldBe((0.04 + 0.25 + 0.01) / 3, 1e-4);
        double.Parse(verdict.PregameHeld!.LogLoss).ShouldBe(-Math.Log(0.6), 1e-4);
        verdict.Periods.Select(period => period.PeriodLabel).ShouldBe(["Q1", "Q2", "Q4"]);
        verdict.Favoured.ShouldBe("0.6667");
    }

    [Fact]
    public void An_away_win_turns_the_chances_over()
    {
        var verdict = VerdictBuilder.Of(Game, new Score(3, 17), 4, [Pregame(0.6), Live(1, 0.25)]);

        verdict.Winner.ShouldBe("away");
        double.Parse(verdict.Model!.LogLoss).ShouldBe(-Math.Log(0.75), 1e-4);
        verdict.Favoured.ShouldBe("1.0000");
    }

    [Fact]
    public void The_greatest_swing_names_its_event()
    {
        var verdict = VerdictBuilder.Of(Game, new Score(24, 17), 4, [Pregame(0.6), Live(1, 0.65), Live(2, 0.3, "intercepted"), Live(3, 0.4)]);

        (verdict.Swing!.From, verdict.Swing.To, verdict.Swing.Description).ShouldBe(("0.6500", "0.3000", "intercepted"));
    }

    [Fact]
    public void A_tie_has_no_losses_but_its_lines()
    {
        var spread = new VerdictRow(MarketType.Spread, 1, new Line(-350), Probability.FromMillionths(500_000), false, "");
        var verdict = VerdictBuilder.Of(Game, new Score(20, 20), 4, [Pregame(0.6), Live(1, 0.8), spread]);

        verdict.Winner.ShouldBeNull();
        verdict.Model.ShouldBeNull();
        verdict.Lines.ShouldHaveSingleItem().Spread.ShouldBe("-3.5");
    }

    [Fact]
    public void A_price_that_rounding_made_certain_and_wrong_costs_much_but_not_everything()
    {
        var verdict = VerdictBuilder.Of(Game, new Score(24, 17), 4, [Live(4, 0)]);

        double.Parse(verdict.Model!.LogLoss).ShouldBeInRange(10, 20);
    }

    private static VerdictRow Pregame(double home) => Row(0, home, isPregame: true, "");

    private static VerdictRow Live(int period, double home, string description = "a play") => Row(period, home, isPregame: false, description);

    private static VerdictRow Row(int period, double home, bool isPregame, string description) =>
        new(MarketType.Moneyline, period, default, Probability.FromMillionths((int)(home * 1_000_000)), isPregame, description);
}
