using System.Text;
using System.Text.Json.Nodes;
using Oddswire.Core.Domain;
using Oddswire.Core.Pricing;
using Oddswire.Core.Pricing.Parameters;

namespace Oddswire.Tests.Calibration;

/// <summary>A model is a file that says what it is, what it has seen and how good it was, and is read without mercy.</summary>
public sealed class ModelFileTests
{
    public static TheoryData<League> EveryLeague => [League.Nfl, League.Nba, League.Mlb];

    [Theory]
    [MemberData(nameof(EveryLeague))]
    public void What_is_written_reads_back_to_the_same_bytes(League league)
    {
        var bytes = GameModels.BuiltIn(league).ToBytes();

        ModelFile.Parse(bytes, "x.json").ToBytes().ShouldBe(bytes);
    }

    [Theory]
    [MemberData(nameof(EveryLeague))]
    public void A_model_made_from_a_file_prices_as_the_file_says(League league)
    {
        var file = GameModels.BuiltIn(league);
        var renamed = ModelFile.Parse((file with { Version = file.Model + "-test" }).ToBytes(), "x.json");
        var info = GameModels.InfoWhenUnknown(league);

        var model = GameModels.Create(renamed);

        model.Version.ShouldBe(file.Model + "-test");
        model.Solve(new GameState(), info).Result().ShouldBe(GameModels.Create(league).Solve(new GameState(), info).Result());
    }

    [Theory]
    [InlineData(League.Nba, "0021500001", true)]
    [InlineData(League.Nba, "21500001", true)]
    [InlineData(League.Nba, "0022400695", false)]
    [InlineData(League.Nfl, "2019_01_GB_CHI", true)]
    [InlineData(League.Nfl, "2019_01_gb_chi", true)]
    [InlineData(League.Nfl, "2003_05_IND_TB", true)]
    [InlineData(League.Nfl, "2031_01_GB_CHI", false)]
    [InlineData(League.Mlb, "ana201904040", true)]
    public void A_game_fitted_on_is_known_again_by_an_id_that_a_spreadsheet_has_changed(League league, string game, bool isSeen) =>
        GameModels.BuiltIn(league).Trained.HasSeen(game).ShouldBe(isSeen);

    [Fact]
    public void A_mistyped_key_is_named_with_its_path_and_the_one_that_was_meant() =>
        Refusal(file => Rename(file["parameters"]!.AsObject(), "daySd", "daySdd"))
            .ShouldBe("mlb.json: parameters.daySd is missing (is 'daySdd' meant to be it?).");

    [Fact]
    public void A_key_that_nobody_knows_is_refused() =>
        Refusal(file => file["trained"]!["machine"] = "mine").ShouldBe("mlb.json: trained.machine is not known; remove it.");

    [Fact]
    public void A_value_out_of_range_is_refused_with_the_range() =>
        Refusal(file => file["parameters"]!["daySd"] = 3).ShouldBe("mlb.json: parameters.daySd is 3; expected 0 to 0.5.");

    [Fact]
    public void A_value_of_the_wrong_kind_is_refused() =>
        Refusal(file => file["parameters"]!["inningTilts"] = "none").ShouldBe("mlb.json: parameters.inningTilts must be a list of 10.");

    [Fact]
    public void Probabilities_that_do_not_sum_to_one_are_refused() =>
        Refusal(file => file["parameters"]!["walkOffMargins"]![0] = 1).ShouldContain("walkOffMargins do not sum to 1000000");

    [Fact]
    public void A_version_that_does_not_name_its_structure_is_refused() =>
        Refusal(file => file["version"] = "nfl-1").ShouldStartWith("mlb.json: version is 'nfl-1'; expected 'mlb-innings-'");

    [Fact]
    public void A_model_that_this_program_does_not_have_is_refused() => Refusal(file =>
    {
        file["model"] = "mlb-oracle";
        file["version"] = "mlb-oracle-1";
    }).ShouldBe("mlb.json: model is 'mlb-oracle', which this program does not have for mlb; it has mlb-innings.");

    [Fact]
    public void A_list_of_games_that_was_tampered_with_is_refused() =>
        Refusal(file => file["games"]!["2019"]!.AsArray().RemoveAt(0)).ShouldContain("games are not those that trained.games");

    [Fact]
    public void A_key_given_twice_is_refused()
    {
        var text = Encoding.UTF8.GetString(GameModels.BuiltIn(League.Mlb).ToBytes()).Replace("\"seed\": 1,", "\"seed\": 1, \"seed\": 2,", StringComparison.Ordinal);

        Should.Throw<ModelFileException>(() => ModelFile.Parse(Encoding.UTF8.GetBytes(text), "mlb.json")).Message.ShouldStartWith("mlb.json is not JSON");
    }

    [Fact]
    public void The_list_of_games_may_be_left_out_and_the_count_stays()
    {
        var file = GameModels.BuiltIn(League.Mlb);

        var small = ModelFile.Parse(file.ToBytes(withGames: false), "mlb.json");

        small.Trained.Games.ShouldBeEmpty();
        small.Trained.GameCount.ShouldBe(file.Trained.GameCount);
        small.ToBytes().Length.ShouldBeLessThan(file.ToBytes().Length / 2);
    }

    [Fact]
    public void A_byte_order_mark_does_no_harm() =>
        ModelFile.Parse((byte[])[0xEF, 0xBB, 0xBF, .. GameModels.BuiltIn(League.Nba).ToBytes()], "nba.json").League.ShouldBe(League.Nba);

    private static string Refusal(Action<JsonNode> spoil)
    {
        var file = JsonNode.Parse(GameModels.BuiltIn(League.Mlb).ToBytes())!;
        spoil(file);
        return Should.Throw<ModelFileException>(() => ModelFile.Parse(Encoding.UTF8.GetBytes(file.ToJsonString()), "mlb.json")).Message;
    }

    private static void Rename(JsonObject parent, string from, string to)
    {
        var value = parent[from]!.DeepClone();
        parent.Remove(from);
        parent[to] = value;
    }
}
