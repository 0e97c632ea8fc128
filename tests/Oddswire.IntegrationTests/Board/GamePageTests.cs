using System.Collections.Concurrent;
using System.Text.Json;
using Oddswire.Core.Domain;
using Oddswire.IntegrationTests.Api;
using Oddswire.IntegrationTests.Chaos;

namespace Oddswire.IntegrationTests.Board;

public sealed class GamePageTests(BrowserFixture browser) : IClassFixture<BrowserFixture>
{
    [Fact]
    public async Task A_game_shows_every_market_its_events_and_follows_them_live()
    {
        await using var page = await browser.OpenAsync();
        await using var rig = await BoardRig.StartAsync(archive: (_, _, _) => Task.FromResult(History(40)));
        await rig.KickOffAsync();
        await page.GoAsync(rig.Address, $"/games/{Games.Patriots}");
        foreach (var group in new[] { "moneyline", "spread", "total", "team_total:home", "team_total:away" })
        {
            (await page.Page.Locator($".market[data-group='{group}'] tr[data-market]").CountAsync()).ShouldBeGreaterThan(0, group);
        }

        await rig.PlayAsync(Games.Patriots, Games.Football(2, 4000, 24, 3), "R.Gronkowski 12 yard touchdown");

        await page.UntilAsync("document.querySelector('#events li').textContent.includes('R.Gronkowski 12 yard touchdown')");
        await page.UntilAsync("document.querySelector('h1 [data-field=homeScore]').textContent === '24'");
        await page.UntilAsync("document.querySelector('#say').textContent.startsWith('PIT 3, NE 24, Q2')");
        page.Complaints.ShouldBeEmpty();
    }

    [Fact]
    public async Task Players_markets_stand_under_the_players_names_and_move_with_what_they_do()
    {
        await using var page = await browser.OpenAsync();
        await using var rig = await BoardRig.StartAsync(archive: (_, _, _) => Task.FromResult(History(40)));
        await rig.KickOffAsync();
        await rig.PlayAsync(Games.Patriots, Games.Football(1, 8000, 0, 0), "Pass", players: Pass(14, completed: true));
        await rig.PlayAsync(Games.Patriots, Games.Football(1, 7700, 0, 0), "Pass", players: Pass(9, completed: true));
        await rig.PlayAsync(Games.Patriots, Games.Football(1, 7500, 0, 0), "Pass", players: Pass(0, completed: false));
        await rig.UntilAsync(Games.Patriots, static game => game.Quotes.Any(static quote => quote.Update.Market.Statistic == "passing_yards"));
        await page.GoAsync(rig.Address, $"/games/{Games.Patriots}");

        (await page.TextAsync(".market[data-group='player_prop:passing_yards'] caption")).ShouldBe("Passing yards");
        (await page.TextAsync(".market[data-group='player_prop:passing_yards'] tr[data-main] th")).ShouldStartWith("T.Brady");
        (await page.TextAsync(".market[data-group='player_prop:receptions'] tr[data-main] th")).ShouldStartWith("J.Edelman");
        (await page.Page.EvaluateAsync<bool>(LinesAreSeen)).ShouldBeTrue("a player's line stands whole between his name and the prices");
        await page.Page.ClickAsync(".jump a[href='#m-players']");
        await page.UntilAsync("document.querySelector('#m-players').getBoundingClientRect().top < 200");

        await rig.PlayAsync(Games.Patriots, Games.Football(1, 7000, 6, 0), "Touchdown", players: PlayerChanges.Of(
            [new("00-0027656", PlayerStatistic.Touchdowns, 1, Side.Home, Name: "J.Edelman"), new("00-0027656", PlayerStatistic.Targets, 1, Side.Home)]));
        await page.UntilAsync("document.querySelector(\".market[data-group='player_prop:touchdowns'] tr[data-status=settled]\") !== null");
        page.Complaints.ShouldBeEmpty();
    }

    private const string LinesAreSeen = """
        [...document.querySelectorAll('#m-players tr:not([data-folded]) .pick b')].every(line => {
          const [box, cell] = [line.getBoundingClientRect(), line.closest('th').getBoundingClientRect()];
          return line.textContent.endsWith('.5') && box.width > 10 && box.right <= cell.right && line.scrollWidth <= line.clientWidth + 1;
        })
        """;

    private static PlayerChanges Pass(int yards, bool completed) => PlayerChanges.Of(completed
        ?
        [
            new("00-0019596", PlayerStatistic.PassAttempts, 1, Side.Home, Name: "T.Brady"),
            new("00-0019596", PlayerStatistic.Completions, 1, Side.Home),
            new("00-0019596", PlayerStatistic.PassingYards, yards, Side.Home),
            new("00-0027656", PlayerStatistic.Receptions, 1, Side.Home, Name: "J.Edelman"),
            new("00-0027656", PlayerStatistic.Targets, 1, Side.Home),
            new("00-0027656", PlayerStatistic.ReceivingYards, yards, Side.Home),
        ]
        :
        [
            new("00-0019596", PlayerStatistic.PassAttempts, 1, Side.Home, Name: "T.Brady"),
            new("00-0027656", PlayerStatistic.Targets, 1, Side.Home, Name: "J.Edelman"),
        ]);

    [Fact]
    public async Task The_history_is_drawn_and_read_point_by_point_with_the_arrow_keys()
    {
        await using var page = await browser.OpenAsync();
        await using var rig = await BoardRig.StartAsync(archive: (_, _, _) => Task.FromResult(History(40)));
        await rig.KickOffAsync();
        await page.GoAsync(rig.Address, $"/games/{Games.Patriots}");
        await page.Page.WaitForSelectorAsync("#chart path.path", new() { State = Microsoft.Playwright.WaitForSelectorState.Attached });
        var now = await page.TextAsync("#readout");

        await page.Page.FocusAsync("#chart");
        await page.Page.Keyboard.PressAsync("Home");

        now.ShouldStartWith("Now: NE ");
        (await page.TextAsync("#readout")).ShouldContain("50.0% at 1.909");
        (await page.Page.Locator("#chart circle.dot").CountAsync()).ShouldBe(1);
    }

    [Fact]
    public async Task Any_market_can_be_chosen_for_the_history()
    {
        ConcurrentQueue<string> asked = [];
        await using var page = await browser.OpenAsync();
        await using var rig = await BoardRig.StartAsync(archive: (_, parameters, _) =>
        {
            asked.Enqueue($"{parameters["type"]}:{parameters["line"]}");
            return Task.FromResult(History(5));
        });
        await rig.KickOffAsync();
        await page.GoAsync(rig.Address, $"/games/{Games.Patriots}");

        var market = await page.Page.Locator(".market[data-group=total] tr[data-market]:not([data-folded]) .pick").First.GetAttributeAsync("data-pick");
        await page.Page.ClickAsync($"[data-pick='{market}']");

        await page.Page.WaitForSelectorAsync($"[data-pick='{market}'][aria-pressed=true]");
        (await page.Page.Locator("#market").InputValueAsync()).ShouldBe(market);
        await Machine.UntilAsync(() => asked.Contains(market), Machine.Patience, () => $"the archive is not asked for {market}, only for {string.Join(", ", asked)}");
    }

    [Fact]
    public async Task Without_an_archive_the_page_says_so_and_draws_what_comes()
    {
        await using var page = await browser.OpenAsync();
        await using var rig = await BoardRig.StartAsync();
        await rig.KickOffAsync();
        await page.GoAsync(rig.Address, $"/games/{Games.Patriots}");
        await page.UntilAsync("document.querySelector('#note').textContent.startsWith('The archive does not answer')");

        await rig.PlayAsync(Games.Patriots, Games.Football(2, 4000, 10, 3), "Field goal");

        await page.Page.WaitForSelectorAsync("#chart path.path", new() { State = Microsoft.Playwright.WaitForSelectorState.Attached });
    }

    [Fact]
    public async Task Lines_that_come_later_are_shown_and_lines_off_the_board_are_folded_away()
    {
        await using var page = await browser.OpenAsync();
        await using var rig = await BoardRig.StartAsync(archive: (_, _, _) => Task.FromResult(History(5)));
        await rig.KickOffAsync();
        await page.GoAsync(rig.Address, $"/games/{Games.Patriots}");
        const string Visible = "[...document.querySelectorAll('.market[data-group=spread] tr[data-market]')].filter(row => row.offsetParent).map(row => row.dataset.market).join()";
        var before = await page.Page.EvaluateAsync<string>(Visible);

        await rig.PlayAsync(Games.Patriots, Games.Football(3, 4000, 24, 3), "Touchdown");

        await page.UntilAsync($"{Visible} !== '{before}' && document.querySelector('.market[data-group=spread] .off') !== null");
        await page.Page.ClickAsync(".market[data-group=spread] .off");
        (await page.Page.EvaluateAsync<string>(Visible)).Split(',').Length.ShouldBeGreaterThan(before.Split(',').Length);
        (await page.TextAsync(".market[data-group=spread] .off")).ShouldStartWith("Hide ");
    }

    [Fact]
    public async Task Prices_that_move_while_new_tables_are_on_their_way_are_shown_too()
    {
        await using var page = await browser.OpenAsync();
        await using var rig = await BoardRig.StartAsync(archive: (_, _, _) => Task.FromResult(History(5)));
        await rig.KickOffAsync();
        await page.GoAsync(rig.Address, $"/games/{Games.Patriots}");
        await page.Page.EvaluateAsync("document.querySelector('#markets').firstElementChild.dataset.old = ''");
        var tables = await page.HoldAsync("**/fragments/games/*/markets");
        await rig.PlayAsync(Games.Patriots, Games.Football(3, 4000, 24, 3), "Touchdown");
        await tables.WaitAsync();
        const string Price = "document.querySelector('.market[data-group=moneyline] .pr').textContent";
        var before = await page.Page.EvaluateAsync<string>(Price);

        await rig.PlayAsync(Games.Patriots, Games.Football(3, 3900, 24, 10), "Touchdown");
        await page.UntilAsync($"{Price} !== '{before}'");
        var after = await page.Page.EvaluateAsync<string>(Price);
        tables.Release();

        await page.UntilAsync($"document.querySelector('#markets [data-old]') === null && {Price} === '{after}'");
        page.Complaints.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_long_event_list_stays_in_order_newest_first()
    {
        await using var page = await browser.OpenAsync();
        await using var rig = await BoardRig.StartAsync([League.Nfl]);
        await rig.KickOffAsync();
        for (var i = 1; i <= 260; i++)
        {
            await rig.PlayAsync(Games.Patriots, Games.Football(1, 9000 - i, 0, 0), $"Play {i}");
        }

        await rig.UntilAsync(Games.Patriots, game => game.EventSequence == 262);
        await page.GoAsync(rig.Address, $"/games/{Games.Patriots}");
        await rig.PlayAsync(Games.Patriots, Games.Football(1, 8000, 0, 0), "Play 261");
        await page.UntilAsync("document.querySelector('#events .tx').textContent === 'Play 261'");

        var plays = await page.Page.Locator("#events .tx").AllInnerTextsAsync();
        plays.Take(250).ShouldBe(Enumerable.Range(0, 250).Select(i => $"Play {261 - i}"));
    }

    [Fact]
    public async Task The_pipeline_page_counts_live()
    {
        await using var page = await browser.OpenAsync();
        await using var rig = await BoardRig.StartAsync();
        await rig.KickOffAsync();
        await page.GoAsync(rig.Address, "/pipeline");
        const string Sent = "Number(document.querySelector('section[data-league=nfl] tr[data-hop=publish] [data-f=sent]').textContent.replaceAll(',', ''))";
        var before = await page.Page.EvaluateAsync<double>(Sent);

        await rig.PlayAsync(Games.Patriots, Games.Football(2, 4000, 10, 3), "Field goal");

        await page.UntilAsync($"{Sent} > {before}");
        (await page.TextAsync("section[data-league=nfl] [data-live]")).ShouldBe("1");
        page.Complaints.ShouldBeEmpty();
    }

    private static JsonDocument History(int points)
    {
        var rows = Enumerable.Range(0, points).Reverse().Select(i => new
        {
            at = $"{1_442_000_000_000_000 + (i * 30_000_000L)}",
            sequence = "0",
            state = "open",
            points = "0",
            price = $"{1.909m - (i * 0.005m)}",
            fair = $"{0.5m + (i * 0.002m)}",
            period = 1 + (i / 12),
            score_home = i / 5,
            score_away = 0,
        });
        return JsonDocument.Parse(JsonSerializer.Serialize(new { data = rows }));
    }
}
