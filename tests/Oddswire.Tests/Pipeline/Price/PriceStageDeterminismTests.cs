using Oddswire.Core.Domain;
using Oddswire.Core.Pipeline.Price;

namespace Oddswire.Tests.Pipeline.Price;

/// <summary>The same records give the same bytes, wherever the state is saved, and a price can be recomputed from the log alone.</summary>
public sealed class PriceStageDeterminismTests
{
    public static TheoryData<League> Leagues => [League.Nfl, League.Nba, League.Mlb];

    [Theory]
    [MemberData(nameof(Leagues))]
    public void Saving_and_loading_after_every_event_changes_no_byte(League league)
    {
        var (undisturbed, restarted) = (new PriceRig(league), new PriceRig(league));
        PlayAGame(undisturbed, () => { });
        PlayAGame(restarted, restarted.Restart);

        undisturbed.All.Count.ShouldBeGreaterThan(100);
        restarted.AllBytes.Count.ShouldBe(undisturbed.AllBytes.Count);
        for (var i = 0; i < restarted.AllBytes.Count; i++)
        {
            restarted.AllBytes[i].ShouldBe(undisturbed.AllBytes[i], $"update {i}");
        }
    }

    [Theory]
    [MemberData(nameof(Leagues))]
    public void Every_price_is_recomputed_bit_for_bit_from_the_log(League league)
    {
        var rig = new PriceRig(league);
        PlayAGame(rig, () => { });
        for (var i = 0; i < rig.All.Count; i += 1 + (rig.All.Count / 40))
        {
            var explained = PriceExplainer.Explain(league, rig.Inputs, rig.Game, rig.All[i].Id).ShouldNotBeNull();

            explained.Encoded.ToArray().ShouldBe(rig.AllBytes[i]);
            explained.Cause.Event.Key.ShouldBe(rig.All[i].CauseKey);
            explained.Figures.ShouldContain(figure => figure.Name == "model" && figure.Value == rig.All[i].ModelVersion);
        }
    }

    [Fact]
    public void An_id_that_no_event_gives_is_not_explained()
    {
        var rig = new PriceRig(League.Nba);
        PlayAGame(rig, () => { });

        PriceExplainer.Explain(League.Nba, rig.Inputs, rig.Game, new UpdateId(42)).ShouldBeNull();
    }

    [Fact]
    public void The_bytes_are_those_of_the_codec()
    {
        var rig = new PriceRig(League.Nfl);
        PlayAGame(rig, () => { });
        var writer = new Oddswire.Core.Wire.ProtoWriter();
        foreach (var (update, bytes) in rig.All.Zip(rig.AllBytes))
        {
            writer.Clear();
            Oddswire.Core.Wire.OddsUpdateCodec.Write(writer, update);
            writer.Written.ToArray().ShouldBe(bytes);
        }
    }

    [Theory]
    [MemberData(nameof(Leagues))]
    public void Offered_prices_always_carry_a_margin_and_stand_on_the_ladder(League league)
    {
        var rig = new PriceRig(league);
        PlayAGame(rig, () => { });
        foreach (var update in rig.All.Where(update => update.Status == MarketStatus.Open))
        {
            var selections = Enumerable.Range(0, update.SelectionCount).Select(update.SelectionAt).ToList();
            selections.ShouldAllBe(selection => PriceLadder.Contains(selection.Price));
            selections.Sum(selection => selection.Price.Implied.Value).ShouldBeGreaterThan(1.005);
            selections.Sum(selection => selection.Fair.Value).ShouldBe(1, 3e-6);
        }
    }

    private static void PlayAGame(PriceRig rig, Action between)
    {
        var league = rig.Game.League;
        rig.Feed(new GameState(), "info", EventKind.Info, PriceRig.Info(league));
        var score = default(Score);
        var periods = league == League.Mlb ? 9 : 4;
        for (var period = 1; period <= periods; period++)
        {
            for (var step = 0; step < 8; step++)
            {
                between();
                var home = (period + step) % 3 == 0;
                var points = league switch { League.Nfl => step % 4 == 0 ? 7 : 0, League.Nba => 6, _ => step == 3 ? 1 : 0 };
                score += home ? new Score(points, 0) : new Score(0, points);
                rig.Feed(new GameState
                {
                    Phase = GamePhase.Live,
                    Period = period,
                    ClockTenths = league == League.Mlb ? -1 : 7000 - (step * 900),
                    Score = score,
                    Possession = step < 4 ? Side.Away : Side.Home,
                    Football = league == League.Nfl ? new FootballSituation((step % 4) + 1, 10, 20 + (step * 9)) : null,
                    Baseball = league == League.Mlb ? new BaseballSituation(step % 3, step % 2 == 0 ? "r" : null, null, null) : null,
                    IsFeedStalled = period == 2 && step == 5,
                });
            }
        }

        between();
        rig.Feed(new GameState { Phase = GamePhase.Final, Period = periods, Score = score }, "end", EventKind.GameEnd);
        between();
        rig.Feed(new GameState { Phase = GamePhase.Final, Period = periods, Score = score + new Score(1, 0) }, "end", EventKind.GameEnd, revision: 1);
    }
}
