using Microsoft.Data.Sqlite;
using Oddswire.Core.Domain;
using Oddswire.Core.Pricing;
using Oddswire.Host.Composition;
using Oddswire.Infrastructure.Stores.Sqlite;

namespace Oddswire.IntegrationTests.Stores;

public sealed class ReferenceStoreTests : IDisposable
{
    private static readonly GameId Game = GameId.Parse("mlb:ANA201904040");
    private readonly string _folder = Directory.CreateTempSubdirectory("oddswire-reference-").FullName;

    private string Path => System.IO.Path.Combine(_folder, "reference.db");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Lines_are_found_again_after_the_store_was_closed()
    {
        var whole = new PregameLine { HomeMarginHundredths = -350, TotalHundredths = 850, HomeWin = Probability.FromMillionths(612_345) };
        var part = new PregameLine { TotalHundredths = 4_400 };
        using (var store = ReferenceStore.Open(Path))
        {
            store.ImportLines([(Game, whole), (GameId.Parse("nfl:2014091400"), part)], "test").ShouldBe(2);
        }

        using var again = ReferenceStore.Open(Path);
        again.FindLine(Game).ShouldBe(whole);
        again.FindLine(GameId.Parse("nfl:2014091400")).ShouldBe(part);
        again.FindLine(GameId.Parse("nfl:2014091401")).ShouldBeNull();
        again.CountLines().ShouldBe(2);
    }

    [Fact]
    public void Importing_the_same_lines_again_changes_nothing_and_a_new_line_replaces_the_old()
    {
        using var store = ReferenceStore.Open(Path);
        (GameId, PregameLine)[] lines = [(Game, new PregameLine { TotalHundredths = 850 })];
        store.ImportLines(lines, "first").ShouldBe(1);
        store.ImportLines(lines, "second").ShouldBe(0);
        store.ImportLines([(Game, new PregameLine { TotalHundredths = 900 })], "third").ShouldBe(1);
        store.FindLine(Game).ShouldBe(new PregameLine { TotalHundredths = 900 });
    }

    [Fact]
    public void A_game_without_a_line_is_rated_by_results_of_earlier_days_and_not_by_its_own()
    {
        var info = new GameInfo
        {
            Home = new Team("JAC", "Jacksonville Jaguars"),
            Away = new Team("NE", "New England Patriots"),
            RegulationPeriods = 4,
            ScheduledAt = Timestamp.From(new DateTimeOffset(2015, 9, 21, 0, 30, 0, TimeSpan.Zero)),
        };
        var (game, earlier) = (GameId.Parse("nfl:2015092000"), new PlayedGame("nfl:2015091300", new DateOnly(2015, 9, 13), "JAX", "NE", 28));
        using var store = ReferenceStore.Open(Path);
        using var folder = DataFolder.OpenExisting(_folder);
        var lookup = References.LineLookup(folder);
        lookup(game, info).ShouldBeNull();

        store.ImportResults(League.Nfl, [earlier]);
        var rated = lookup(game, info).ShouldNotBeNull();
        rated.IsRated.ShouldBeTrue();
        rated.HomeMarginHundredths!.Value.ShouldBeGreaterThan(250);

        store.ImportResults(League.Nfl, [new PlayedGame(game.Value, new DateOnly(2015, 9, 20), "JAX", "NE", -40), new PlayedGame("nfl:2015092700", new DateOnly(2015, 9, 27), "JAX", "NE", -40)]);
        lookup(game, info).ShouldBe(rated);
        lookup(game, info with { Home = new Team("KC", ""), Away = new Team("GB", "") }).ShouldBeNull();

        var line = new PregameLine { HomeMarginHundredths = -100, TotalHundredths = 4_500 };
        store.ImportLines([(game, line)], "test");
        lookup(game, info).ShouldBe(line);
    }

    [Fact]
    public void An_import_that_breaks_off_leaves_nothing_behind()
    {
        using var store = ReferenceStore.Open(Path);
        Should.Throw<FormatException>(() => store.ImportLines(Broken(), "broken"));
        store.CountLines().ShouldBe(0);

        static IEnumerable<(GameId, PregameLine)> Broken()
        {
            yield return (Game, new PregameLine { TotalHundredths = 850 });
            throw new FormatException("line 3");
        }
    }

    [Fact]
    public void Several_threads_read_while_another_imports()
    {
        using var store = ReferenceStore.Open(Path);
        using var other = ReferenceStore.Open(Path);
        Parallel.For(0, 200, i =>
        {
            if (i % 10 == 0)
            {
                other.ImportLines([(GameId.Of(League.Nba, $"{i}"), new PregameLine { TotalHundredths = 20_000 + i })], "test");
            }
            else
            {
                store.FindLine(Game);
            }
        });
        store.CountLines().ShouldBe(20);
    }

    [Fact]
    public void A_file_that_is_no_reference_store_is_refused_with_a_remedy()
    {
        File.WriteAllBytes(Path, [.. Enumerable.Repeat((byte)'x', 5_000)]);
        Should.Throw<ReferenceStoreException>(() => ReferenceStore.Open(Path)).Message.ShouldContain(Path);

        var foreign = System.IO.Path.Combine(_folder, "foreign.db");
        Change(foreign, "CREATE TABLE something (id INTEGER)");
        Should.Throw<ReferenceStoreException>(() => ReferenceStore.Open(foreign)).Message.ShouldContain("not Oddswire's");

        Should.Throw<ReferenceStoreException>(() => ReferenceStore.Open(System.IO.Path.Combine(_folder, "no", "such.db"))).Message.ShouldContain("folder");
    }

    [Fact]
    public void A_store_of_a_newer_version_is_refused()
    {
        ReferenceStore.Open(Path).Dispose();
        Change(Path, "PRAGMA user_version = 9");
        Should.Throw<ReferenceStoreException>(() => ReferenceStore.Open(Path)).Message.ShouldContain("schema 9");
    }

    private static void Change(string path, string sql)
    {
        using var connection = new SqliteConnection($"Data Source={path};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
