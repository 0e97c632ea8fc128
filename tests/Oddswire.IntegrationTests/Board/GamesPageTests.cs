using Microsoft.Playwright;
using Oddswire.Core.Domain;
using Oddswire.IntegrationTests.Api;

namespace Oddswire.IntegrationTests.Board;

public sealed class GamesPageTests(BrowserFixture browser) : IClassFixture<BrowserFixture>
{
    private const string HomeMoney = "tbody.game tr:nth-child(3) td[data-market=moneyline] .pr";

    [Fact]
    public async Task Prices_appear_and_change_live()
    {
        await using var page = await browser.OpenAsync();
        await using var rig = await BoardRig.StartAsync();
        await rig.KickOffAsync();
        await page.GoAsync(rig.Address, "/");
        var before = await page.TextAsync(HomeMoney);

        await rig.PlayAsync(Games.Patriots, Games.Football(3, 8000, 14, 7), "Touchdown");

        await page.UntilAsync("document.querySelector('[data-field=homeScore]').textContent === '14'");
        await page.UntilAsync($"document.querySelector('{HomeMoney}').textContent !== '{before}'");
        (await page.TextAsync("[data-field=periodLabel]")).ShouldBe("Q3");
        before.ShouldMatch(@"^[+-]\d{3,}$");
        page.Complaints.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_moved_price_flashes_with_an_arrow_and_calms_down()
    {
        await using var page = await browser.OpenAsync();
        await using var rig = await BoardRig.StartAsync();
        await rig.KickOffAsync();
        await page.GoAsync(rig.Address, "/");
        await page.Page.EvaluateAsync(
            """
            window.moves = [];
            new MutationObserver(changes => window.moves.push(...changes.map(change => change.target.dataset.move)))
              .observe(document.querySelector('tbody.game tr:nth-child(3) td[data-market=moneyline]'), { attributeFilter: ['data-move'], subtree: true })
            """);

        await rig.PlayAsync(Games.Patriots, Games.Football(3, 8000, 14, 7), "Touchdown");

        // The arrow stays for a second, so that looking for it from outside, now and then, might miss it.
        await page.UntilAsync("window.moves.includes('down')");
        await page.UntilAsync("!document.querySelector('.px[data-move]')");
    }

    [Fact]
    public async Task A_game_that_begins_later_appears_without_a_reload_and_the_empty_note_goes()
    {
        await using var page = await browser.OpenAsync();
        await using var rig = await BoardRig.StartAsync();
        await page.GoAsync(rig.Address, "/");
        (await page.Page.Locator(".empty:visible").CountAsync()).ShouldBe(2);

        await rig.KickOffAsync();

        await page.Page.WaitForSelectorAsync($"tbody[data-game='{Games.Patriots}']");
        await page.UntilAsync("document.querySelector('.league[data-league=nfl] [data-count]').textContent === '1 live'");
        (await page.Page.Locator(".empty:visible").CountAsync()).ShouldBe(1);
        page.Complaints.ShouldBeEmpty();
    }

    [Fact]
    public async Task What_happens_in_a_game_while_its_row_is_on_its_way_is_shown_too()
    {
        await using var page = await browser.OpenAsync();
        await using var rig = await BoardRig.StartAsync();
        await rig.PlayAsync(Games.Celtics, new GameState(), kind: EventKind.Info, info: Games.CelticsInfo);
        await rig.PlayAsync(Games.Celtics, Games.Basketball(1, 7200, 0, 0), "Tip-off");
        await rig.UntilAsync(Games.Celtics, game => game.Quotes.Any(quote => quote.Update.CauseKey == "e2"));
        await page.GoAsync(rig.Address, "/");
        var row = await page.HoldAsync("**/fragments/games/*");
        await rig.KickOffAsync();
        await row.WaitAsync();

        await rig.PlayAsync(Games.Patriots, Games.Football(1, 8000, 7, 0), "Touchdown");
        await rig.UntilAsync(Games.Patriots, game => game.State.Score.Home == 7 && game.Quotes.Any(quote => quote.Update.Score.Home == 7));

        // Another game tells that the page has heard of it.
        await rig.PlayAsync(Games.Celtics, Games.Basketball(1, 7000, 2, 0), "Two points");
        await page.UntilAsync($"document.querySelector('tbody[data-game=\"{Games.Celtics}\"] [data-field=homeScore]').textContent === '2'");
        row.Release();

        await page.UntilAsync($"document.querySelector('tbody[data-game=\"{Games.Patriots}\"] [data-field=homeScore]')?.textContent === '7'");
        page.Complaints.ShouldBeEmpty();
    }

    [Fact]
    public async Task The_odds_format_switches_at_once_and_is_remembered()
    {
        await using var page = await browser.OpenAsync();
        await using var rig = await BoardRig.StartAsync();
        await rig.KickOffAsync();
        await page.GoAsync(rig.Address, "/");

        foreach (var (format, pattern) in new[] { ("fractional", @"^\d+/\d+$"), ("probability", @"^\d+\.\d%$"), ("decimal", @"^\d+\.\d{2,3}$") })
        {
            await page.Page.Locator($".formats input[value={format}]").CheckAsync();
            (await page.TextAsync(HomeMoney)).ShouldMatch(pattern);
        }

        await page.Page.ReloadAsync(new PageReloadOptions { WaitUntil = WaitUntilState.DOMContentLoaded });
        (await page.TextAsync(HomeMoney)).ShouldMatch(@"^\d+\.\d{2,3}$");
        (await page.Page.Locator(".formats input[value=decimal]").IsCheckedAsync()).ShouldBeTrue();
    }

    [Fact]
    public async Task A_silent_feed_is_said_in_words_and_its_prices_are_struck_and_come_back()
    {
        await using var page = await browser.OpenAsync();
        await using var rig = await BoardRig.StartAsync();
        await rig.KickOffAsync();
        await page.GoAsync(rig.Address, "/");

        await rig.PlayAsync(Games.Patriots, Games.Football(1, 9000, 0, 0, stalled: true), kind: EventKind.FeedStalled);
        await page.UntilAsync("document.querySelector('[data-badge]').textContent === 'Feed stalled · suspended'");
        await page.Page.WaitForSelectorAsync("td[data-market=moneyline] .px[data-status=suspended]");
        var struck = await page.Page.Locator(HomeMoney).EvaluateAsync<string>("e => getComputedStyle(e).textDecorationLine");
        (await page.TextAsync("#say")).ShouldContain("PIT at NE: Feed stalled");

        await rig.PlayAsync(Games.Patriots, Games.Football(1, 8900, 0, 0), kind: EventKind.FeedResumed);
        await page.Page.WaitForSelectorAsync("td[data-market=moneyline] .px[data-status=open]");

        struck.ShouldBe("line-through");
        await page.UntilAsync("document.querySelector('[data-badge]').textContent === ''");
    }

    [Fact]
    public async Task Everything_works_by_keyboard()
    {
        await using var page = await browser.OpenAsync();
        await using var rig = await BoardRig.StartAsync();
        await rig.KickOffAsync();
        await page.GoAsync(rig.Address, "/");

        await page.Page.Keyboard.PressAsync("Tab");
        (await page.Page.EvaluateAsync<string>("document.activeElement.textContent")).ShouldBe("Skip to content");
        await page.Page.Keyboard.PressAsync("?");
        (await page.Page.Locator("#help").IsVisibleAsync()).ShouldBeTrue();
        await page.Page.Keyboard.PressAsync("Escape");
        await page.Page.Keyboard.PressAsync("o");
        (await page.TextAsync(HomeMoney)).ShouldMatch(@"^\d+\.\d{2,3}$");
        await page.Page.Keyboard.PressAsync("t");
        (await page.Page.EvaluateAsync<string>("document.documentElement.dataset.theme")).ShouldBe("light");
        await page.Page.Keyboard.PressAsync("j");
        (await page.Page.EvaluateAsync<string>("getComputedStyle(document.activeElement).outlineStyle")).ShouldBe("solid");
        await page.Page.Keyboard.PressAsync("Enter");
        await page.Page.WaitForSelectorAsync($"article.one[data-game='{Games.Patriots}']");
        await page.Page.WaitForLoadStateAsync(LoadState.DOMContentLoaded);
        await page.Page.Keyboard.PressAsync("p");
        await page.Page.WaitForSelectorAsync("section.pipe");
        await page.Page.WaitForLoadStateAsync(LoadState.DOMContentLoaded);
        await page.Page.Keyboard.PressAsync("g");
        await page.Page.WaitForSelectorAsync("tbody.game");
    }

    [Fact]
    public async Task Nothing_jumps_when_prices_and_scores_change()
    {
        await using var page = await browser.OpenAsync();
        await using var rig = await BoardRig.StartAsync();
        await rig.KickOffAsync();
        await page.GoAsync(rig.Address, "/");
        await page.Page.EvaluateAsync(
            "window.shift = 0; new PerformanceObserver(list => list.getEntries().forEach(entry => window.shift += entry.value)).observe({ type: 'layout-shift' })");

        for (var i = 1; i <= 8; i++)
        {
            await rig.PlayAsync(Games.Patriots, Games.Football((i / 2) + 1, 8999 - (i * 777), i * 7, i % 3 * 7), $"Play {i}");
            await page.UntilAsync($"document.querySelector('[data-field=homeScore]').textContent === '{i * 7}'");
        }

        await page.UntilAsync("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done(true))))");
        (await page.Page.EvaluateAsync<double>("window.shift")).ShouldBe(0);
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/pipeline")]
    [InlineData("/games/nfl:2015091000")]
    [InlineData("/games/nfl:nowhere")]
    public async Task A_narrow_phone_needs_no_sideways_scrolling_and_the_console_is_silent(string path)
    {
        await using var page = await browser.OpenAsync(320, 640);
        await using var rig = await BoardRig.StartAsync();
        await rig.KickOffAsync();
        await page.Page.GotoAsync(new Uri(rig.Address, path).ToString());
        await page.UntilAsync("document.readyState === 'complete'");

        var (content, window) = (
            await page.Page.EvaluateAsync<int>("document.documentElement.scrollWidth"), await page.Page.EvaluateAsync<int>("innerWidth"));

        content.ShouldBeLessThanOrEqualTo(window);
        page.Complaints.Where(text => !text.Contains("404", StringComparison.Ordinal) && !text.Contains("503", StringComparison.Ordinal)).ShouldBeEmpty();
    }

    [Theory]
    [InlineData(ColorScheme.Light)]
    [InlineData(ColorScheme.Dark)]
    public async Task Text_stands_out_from_its_ground_in_light_and_dark(ColorScheme scheme)
    {
        await using var page = await browser.OpenAsync(scheme: scheme);
        await using var rig = await BoardRig.StartAsync();
        await rig.KickOffAsync();
        await page.GoAsync(rig.Address, "/");

        foreach (var selector in new[] { ".pr", ".ln", ".team .name", ".state", ".when b", ".league thead th" })
        {
            (await page.Page.EvaluateAsync<double>(Contrast, selector)).ShouldBeGreaterThanOrEqualTo(4.5, selector);
        }

        var ground = await page.Page.EvaluateAsync<double>("(() => { const c = getComputedStyle(document.body).backgroundColor.match(/\\d+/g).map(Number); return c[0] + c[1] + c[2]; })()");
        (ground < 200).ShouldBe(scheme == ColorScheme.Dark);
    }

    [Fact]
    public async Task A_lost_connection_is_said_and_comes_back_with_the_server()
    {
        await using var page = await browser.OpenAsync();
        await using var rig = await BoardRig.StartAsync();
        await rig.KickOffAsync();
        await page.GoAsync(rig.Address, "/");

        await rig.StopAsync();
        await page.Page.WaitForSelectorAsync("#link[data-state=lost]");
        await rig.StartAgainAsync();
        await page.Page.WaitForSelectorAsync("#link[data-state=live]");
        await rig.PlayAsync(Games.Patriots, Games.Football(2, 100, 14, 0), "Touchdown");

        await page.UntilAsync("document.querySelector('[data-field=homeScore]').textContent === '14'");
    }

    /// <summary>Contrast ratio of WCAG 2.2 between the text of the first such element and the first ground behind it.</summary>
    private const string Contrast = """
        selector => {
          const parse = text => { const n = text.match(/[\d.]+/g).map(Number); return { rgb: n.slice(0, 3), a: n[3] ?? 1 }; };
          const luminance = ([r, g, b]) => [r, g, b].map(v => v / 255).map(v => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
            .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
          let element = document.querySelector(selector);
          const text = parse(getComputedStyle(element).color).rgb;
          let ground;
          for (; element; element = element.parentElement) {
            const colour = parse(getComputedStyle(element).backgroundColor);
            if (colour.a > 0.99) { ground = colour.rgb; break; }
          }
          const [a, b] = [luminance(text), luminance(ground)];
          return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
        }
        """;
}
