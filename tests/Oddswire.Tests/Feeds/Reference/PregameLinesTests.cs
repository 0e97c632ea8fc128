using Oddswire.Core.Domain;
using Oddswire.Core.Pricing;
using Oddswire.Feeds.Reference;
using Oddswire.Tests.Support;

namespace Oddswire.Tests.Feeds.Reference;

public sealed class PregameLinesTests
{
    private const string NflHeader = "game_id,old_game_id,home_moneyline,away_moneyline,spread_line,total_line";

    [Fact]
    public void Every_real_file_is_read_with_the_sign_of_its_spread()
    {
        var nfl = Accepted("nfl/games_with_lines.csv.gz", refused: 0);
        nfl.Count.ShouldBe(5_905);
        var atBuffalo = nfl.Single(entry => entry.Game == GameId.Parse("nfl:2014091400")).Line;
        atBuffalo.HomeMarginHundredths.ShouldBe(100);
        atBuffalo.TotalHundredths.ShouldBe(4_300);
        atBuffalo.HomeWin!.Value.Value.ShouldBe(113.0 / 213 / ((113.0 / 213) + (100.0 / 202)), 1e-6);

        var nba = Accepted("nba/games_2015-16.csv", refused: 0);
        nba.Count.ShouldBe(426);
        nba[0].Game.ShouldBe(GameId.Parse("nba:0021500001"));
        nba[0].Line.HomeMarginHundredths.ShouldBe(700);
        nba[0].Line.TotalHundredths.ShouldBe(19_650);

        var mlb = Accepted("mlb/games_2019_2020.csv", refused: 3);
        mlb.Count.ShouldBe(2_210);
        mlb[0].Line.ShouldBe(new PregameLine { TotalHundredths = 900, HomeWin = Probability.RoundNearest(160.0 / 260 / ((160.0 / 260) + 0.4)) });
    }

    [Fact]
    public void Results_stand_in_the_real_files_beside_the_lines()
    {
        foreach (var (path, games, first) in new[]
        {
            ("nfl/games_with_lines.csv.gz", 5_905, new PlayedGame("nfl:1999091210", new DateOnly(1999, 9, 12), "ATL", "MIN", -3)),
            ("nba/games_2015-16.csv", 426, new PlayedGame("nba:0021500001", new DateOnly(2015, 10, 27), "ATL", "DET", -12)),
            ("mlb/games_2019_2020.csv", 2_218, new PlayedGame("mlb:ANA201904040", new DateOnly(2019, 4, 4), "ANA", "TEX", -7)),
        })
        {
            var results = PregameLines.Read(TestData.Require(path)).Results;
            results.Count.ShouldBe(games, path);
            results[0].ShouldBe(first);
        }
    }

    [Fact]
    public void The_favourite_by_the_spread_is_the_favourite_by_the_moneyline()
    {
        foreach (var path in new[] { "nfl/games_with_lines.csv.gz", "nba/games_2015-16.csv" })
        {
            var clear = Accepted(path, refused: 0)
                .Where(entry => entry.Line is { HomeWin: not null, HomeMarginHundredths: > 300 or < -300 })
                .ToList();
            clear.Count(entry => entry.Line.HomeMarginHundredths > 0 == entry.Line.HomeWin!.Value.Value > 0.5).ShouldBe(clear.Count);
        }
    }

    [Fact]
    public void A_missing_value_is_unknown_and_a_game_without_any_is_left_out()
    {
        var lines = Read($"{NflHeader}\na,2014091400,,-110,,44.5\nb,2014091401,,,,\n").Lines;
        var (game, line) = lines.ShouldHaveSingleItem();
        game.ShouldBe(GameId.Parse("nfl:2014091400"));
        line.ShouldBe(new PregameLine { TotalHundredths = 4_450 });
    }

    [Theory]
    [InlineData("a,2014091400,-110,-110,3,7.5", "total_line", "7.5")]
    [InlineData("a,2014091400,-110,-110,300,44", "spread_line", "300")]
    [InlineData("a,2014091400,-110,-110,three,44", "spread_line", "three")]
    [InlineData("a,2014091400,-110,55,3,44", "away_moneyline", "55")]
    [InlineData("a,2014091400,-110,NaN,3,44", "away_moneyline", "NaN")]
    [InlineData("a,2014091400,-900,-900,3,44", "home_moneyline", "180")]
    [InlineData("a,no id,-110,-110,3,44", "old_game_id", "no id")]
    [InlineData("a,2014091400,-110,-110,3", "5 fields", "6")]
    public void An_absurd_value_is_refused_with_its_line_and_column(string row, string column, string value)
    {
        var file = Read($"{NflHeader}\nok,2014091300,-110,-110,0,44\n{row}\nok,2014091500,-110,-110,0,44\n");
        file.Lines.Count.ShouldBe(2);
        var refused = file.Refused.ShouldHaveSingleItem();
        refused.ShouldContain("'lines.csv', line 3");
        refused.ShouldContain(column);
        refused.ShouldContain(value);
    }

    [Fact]
    public void A_file_without_a_known_header_is_refused_naming_the_columns_needed()
    {
        var error = Should.Throw<ReferenceDataException>(() => Read("game,line\n1,2\n"));
        error.Message.ShouldContain("old_game_id");
        error.Message.ShouldContain("close_home_spread");
        Should.Throw<ReferenceDataException>(() => Read("")).Message.ShouldContain("empty");
        Should.Throw<ReferenceDataException>(() => PregameLines.Read("/no/such/lines.csv")).Message.ShouldContain("/no/such/lines.csv");
    }

    private static IReadOnlyList<(GameId Game, PregameLine Line)> Accepted(string path, int refused)
    {
        var file = PregameLines.Read(TestData.Require(path));
        file.Refused.Count.ShouldBe(refused, string.Join('\n', file.Refused));
        return file.Lines;
    }

    private static PregameLineFile Read(string text) => PregameLines.Read(new StringReader(text), "lines.csv");
}
