using Oddswire.Core.Domain;
using Oddswire.Core.Ports;
using Oddswire.Core.Pricing;
using Oddswire.Host.Roles.Models;
using Oddswire.Tests.Roles.Ingest;

namespace Oddswire.Tests.Roles.Models;

public sealed class ModelSwitchTests
{
    private static readonly ModelChange Live = new()
    {
        Role = ModelRole.Live,
        Version = GameModels.BuiltIn(League.Nba).Version,
        Parameters = GameModels.BuiltIn(League.Nba).ToBytes(withGames: false),
    };

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_change_of_the_league_reaches_the_games_that_go_on_and_is_the_beginning_of_those_to_come()
    {
        await using var rig = new IngestRig();
        await rig.RunAsync(IngestRig.Source("line info"));

        var told = await Switch(rig).ChangeLeagueAsync(Live, Ct);
        await rig.RunAsync(new ListSource("later", [(0, IngestRig.Message(1, "line info", GameId.Of(League.Nba, "0022400002")))]));

        told.ShouldBe([IngestRig.Game]);
        var changes = (await rig.RawAsync()).SelectMany(raw => raw.Events).Where(e => e.Kind == EventKind.ModelChanged).ToList();
        changes.Select(e => (e.GameId.Value, e.Model!.Version, e.Model.IsDefault)).ShouldBe(
            [("nba:0022400001", Live.Version, false), ("nba:0022400002", Live.Version, true)]);
        changes[0].Model!.Parameters.ToArray().ShouldBe(Live.Parameters.ToArray());
    }

    [Fact]
    public async Task A_change_of_one_game_reaches_that_game_alone_and_is_no_beginning_of_others()
    {
        await using var rig = new IngestRig();
        var other = GameId.Of(League.Nba, "0022400002");
        await rig.RunAsync(IngestRig.Source("line info"));
        await rig.RunAsync(new ListSource("other", [(0, IngestRig.Message(1, "line info", other))]));

        await Switch(rig).ChangeGameAsync(other, Live, Ct);
        await rig.RunAsync(new ListSource("later", [(0, IngestRig.Message(1, "line info", GameId.Of(League.Nba, "0022400003")))]));

        (await rig.RawAsync()).SelectMany(raw => raw.Events).Where(e => e.Kind == EventKind.ModelChanged)
            .Select(e => (e.GameId, e.Model!.Version, e.Model.IsDefault)).ShouldBe([(other, Live.Version, false)]);
    }

    [Fact]
    public async Task Without_a_choice_no_game_is_told_anything()
    {
        await using var rig = new IngestRig();
        await rig.RunAsync(IngestRig.Source("line info"));

        (await rig.RawAsync()).SelectMany(raw => raw.Events).ShouldAllBe(e => e.Kind != EventKind.ModelChanged);
    }

    [Fact]
    public async Task A_shadow_that_is_switched_off_is_no_beginning_of_a_game_any_more()
    {
        await using var rig = new IngestRig();
        await rig.RunAsync();
        await Switch(rig).ChangeLeagueAsync(Live with { Role = ModelRole.Shadow }, Ct);
        (await ModelChoices.ReadAsync(rig.Log, League.Nba, Ct)).Shadow!.Version.ShouldBe(Live.Version);

        await Switch(rig).ChangeLeagueAsync(new ModelChange { Role = ModelRole.Shadow, Version = "" }, Ct);

        (await ModelChoices.ReadAsync(rig.Log, League.Nba, Ct)).ShouldBe(ModelChoices.None);
    }

    [Fact]
    public async Task Two_changes_of_a_league_at_once_are_refused()
    {
        await using var rig = new IngestRig();
        await rig.RunAsync();
        await using var other = await rig.Log.JoinAsync(ModelChoices.Group(League.Nba), Ct);
        (await other.PollAsync(1, TimeSpan.FromSeconds(5), Ct)).Assigned.ShouldBe([0]);
        var impatient = new ModelSwitch(rig.Log, League.Nba, IngestRig.Counts, TimeProvider.System) { TurnWait = TimeSpan.FromMilliseconds(50) };

        await Should.ThrowAsync<LogUnavailableException>(() => impatient.ChangeGameAsync(IngestRig.Game, Live, Ct));
    }

    private static ModelSwitch Switch(IngestRig rig) => new(rig.Log, League.Nba, IngestRig.Counts, TimeProvider.System);
}
