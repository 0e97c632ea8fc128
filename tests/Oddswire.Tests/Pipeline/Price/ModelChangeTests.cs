using System.Text;
using Oddswire.Core.Domain;
using Oddswire.Core.Pricing;
using Oddswire.Core.Pricing.Parameters;

namespace Oddswire.Tests.Pipeline.Price;

public sealed class ModelChangeTests
{
    private static readonly MarketKey Moneyline = new(MarketType.Moneyline);
    private static readonly ModelFile Own = GameModels.BuiltIn(League.Nba);

    [Fact]
    public void A_new_model_reprices_the_board_at_once_and_the_chain_goes_on_without_a_hole()
    {
        var rig = Started();
        var before = rig.All.Count;

        var updates = rig.Feed(Live(40, 30), kind: EventKind.ModelChanged, model: Change(ModelRole.Live, Other("bold")));

        updates.ShouldNotBeEmpty();
        updates.ShouldAllBe(update => update.ModelVersion == Other("bold").Version);
        updates.ShouldAllBe(update => update.Status == MarketStatus.Open || update.Reason == StatusReason.OffTheBoard);
        rig.Board[Moneyline].Status.ShouldBe(MarketStatus.Open);
        rig.All.Select(update => update.Sequence).ShouldBe(Enumerable.Range(1, before + updates.Count).Select(i => (long)i));
        rig.Board[Moneyline].First.Fair.ShouldNotBe(rig.All[before - 1].First.Fair);
    }

    [Fact]
    public void The_same_model_again_changes_nothing()
    {
        var rig = Started();
        rig.Feed(Live(40, 30), kind: EventKind.ModelChanged, model: Change(ModelRole.Live, Other("bold")));

        rig.Feed(Live(40, 30), kind: EventKind.ModelChanged, model: Change(ModelRole.Live, Other("bold"))).ShouldBeEmpty();
    }

    [Fact]
    public void A_default_does_not_replace_what_an_operator_chose_for_the_game()
    {
        var rig = Started();
        rig.Feed(Live(40, 30), kind: EventKind.ModelChanged, model: Change(ModelRole.Live, Other("bold")));

        rig.Feed(Live(40, 30), kind: EventKind.ModelChanged, model: Change(ModelRole.Live, Other("meek")) with { IsDefault = true }).ShouldBeEmpty();

        rig.Feed(Live(42, 30)).ShouldAllBe(update => update.ModelVersion == Other("bold").Version);
    }

    [Fact]
    public void After_a_restart_the_game_goes_on_with_its_model()
    {
        var (restarted, whole) = (Started(), Started());
        foreach (var rig in new[] { restarted, whole })
        {
            rig.Feed(Live(40, 30), kind: EventKind.ModelChanged, model: Change(ModelRole.Live, Other("bold")));
            rig.Feed(Live(40, 30), kind: EventKind.ModelChanged, model: Change(ModelRole.Shadow, Other("meek")));
        }

        restarted.Restart();
        restarted.Feed(Live(44, 30));
        whole.Feed(Live(44, 30));

        restarted.AllBytes[^1].ShouldBe(whole.AllBytes[^1]);
        restarted.All.Count.ShouldBe(whole.All.Count);
        restarted.Shadow.ShouldBe(whole.Shadow);
    }

    [Fact]
    public void A_shadow_model_prices_the_same_lines_and_the_live_prices_stay_as_they_are()
    {
        var (shadowed, alone) = (Started(), Started());
        var published = shadowed.Feed(Live(40, 30), kind: EventKind.ModelChanged, model: Change(ModelRole.Shadow, Other("bold")));
        shadowed.Feed(Live(44, 30));
        alone.Feed(Live(40, 30));
        alone.Feed(Live(44, 30));

        published.ShouldBeEmpty();
        shadowed.Board[Moneyline].First.ShouldBe(alone.Board[Moneyline].First);
        shadowed.Shadow.ShouldNotBeEmpty();
        shadowed.Shadow.ShouldAllBe(update => update.ModelVersion == Other("bold").Version);
        shadowed.Shadow.Select(update => update.Sequence).ShouldBe(Enumerable.Range(1, shadowed.Shadow.Count).Select(i => (long)i));
        shadowed.Shadow.Last(update => update.Market == Moneyline).First.Fair.ShouldNotBe(shadowed.Board[Moneyline].First.Fair);
        shadowed.Shadow.ShouldAllBe(update => shadowed.Board.ContainsKey(update.Market));
    }

    [Fact]
    public void A_shadow_run_ends_when_it_is_told_to()
    {
        var rig = Started();
        rig.Feed(Live(40, 30), kind: EventKind.ModelChanged, model: Change(ModelRole.Shadow, Other("bold")));
        rig.Feed(Live(40, 30), kind: EventKind.ModelChanged, model: new ModelChange { Role = ModelRole.Shadow, Version = "" });
        var before = rig.Shadow.Count;

        rig.Feed(Live(44, 30));

        rig.Shadow.Count.ShouldBe(before);
    }

    private static PriceRig Started()
    {
        var rig = new PriceRig(League.Nba);
        rig.Feed(new GameState(), "info", EventKind.Info, PriceRig.Info(League.Nba));
        rig.Feed(Live(40, 30));
        return rig;
    }

    private static GameState Live(int home, int away) => new()
    {
        Phase = GamePhase.Live,
        Period = 2,
        ClockTenths = 3000,
        Score = new Score(home, away),
    };

    private static ModelChange Change(ModelRole role, ModelFile file) => new() { Role = role, Version = file.Version, Parameters = file.ToBytes(withGames: false) };

    /// <summary>The program's model with other averages: another opinion on everything.</summary>
    private static ModelFile Other(string name)
    {
        var text = Encoding.UTF8.GetString(Own.ToBytes(withGames: false)).Replace($"\"{Own.Version}\"", $"\"{Own.Model}-{name}\"", StringComparison.Ordinal);
        return ModelFile.Parse(Encoding.UTF8.GetBytes(OtherParameters(text, name == "bold" ? 1.2 : 0.9)), name);
    }

    private static string OtherParameters(string json, double factor)
    {
        var node = System.Text.Json.Nodes.JsonNode.Parse(json)!;
        var parameters = node["parameters"]!.AsObject();
        foreach (var (key, value) in parameters.ToList())
        {
            if (key.StartsWith("average", StringComparison.Ordinal) && value!.GetValueKind() == System.Text.Json.JsonValueKind.Number)
            {
                parameters[key] = value.GetValue<double>() * factor;
            }
        }

        return node.ToJsonString();
    }
}
