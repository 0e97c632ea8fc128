using Oddswire.Core.Domain;
using Oddswire.Core.Pricing;
using Oddswire.Host.Roles.Models;

namespace Oddswire.Tests.Pipeline.Normalise;

public sealed class ModelChangesThroughNormaliseTests
{
    private static readonly Timestamp At = new(1_700_000_000_000_000);
    private readonly NormaliseBench _bench = new();

    [Fact]
    public void A_change_takes_its_place_between_the_plays_and_leaves_the_state_as_it_is()
    {
        _bench.Send(
            NormaliseBench.Message(1, NormaliseBench.Play(1, 2, 0)),
            ModelChoices.MessageFor(NormaliseBench.Game, Change(League.Nba), At),
            NormaliseBench.Message(2, NormaliseBench.Play(2, 4, 0)));

        _bench.Events.Select(e => e.Event.Kind).ShouldBe([EventKind.Play, EventKind.ModelChanged, EventKind.Play]);
        _bench.Events[1].After.ShouldBe(_bench.Events[0].After);
        _bench.Events[1].Event.Model!.Parameters.ToArray().ShouldBe(Change(League.Nba).Parameters.ToArray());
        _bench.Quarantine.ShouldBeEmpty();
    }

    [Fact]
    public void A_change_does_not_give_up_on_a_message_that_may_still_come()
    {
        _bench.Send(
            NormaliseBench.Message(1, NormaliseBench.Play(1, 2, 0)),
            NormaliseBench.Message(3, NormaliseBench.Play(3, 6, 0)),
            ModelChoices.MessageFor(NormaliseBench.Game, Change(League.Nba), At),
            NormaliseBench.Message(2, NormaliseBench.Play(2, 4, 0)));

        _bench.Events.Select(e => e.Event.Kind).ShouldBe([EventKind.Play, EventKind.ModelChanged, EventKind.Play, EventKind.Play]);
    }

    [Fact]
    public void A_model_of_another_league_or_a_damaged_one_waits_in_quarantine_and_pricing_never_sees_it()
    {
        var damaged = Change(League.Nba) with { Parameters = "{ \"model\": 1 }"u8.ToArray() };
        _bench.Send(
            ModelChoices.MessageFor(NormaliseBench.Game, Change(League.Mlb), At),
            ModelChoices.MessageFor(NormaliseBench.Game, damaged, At),
            NormaliseBench.Message(1, NormaliseBench.Play(1, 2, 0)));

        _bench.Events.Select(e => e.Event.Kind).ShouldBe([EventKind.Play]);
        _bench.Quarantine.Select(letter => letter.Reason).ShouldBe(["unusable-model", "unusable-model"]);
        _bench.Quarantine[0].Detail.ShouldContain("mlb");
    }

    private static ModelChange Change(League league) => new()
    {
        Role = ModelRole.Live,
        Version = GameModels.BuiltIn(league).Version,
        Parameters = GameModels.BuiltIn(league).ToBytes(withGames: false),
    };
}
