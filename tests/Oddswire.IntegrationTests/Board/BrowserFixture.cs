using System.Collections.Concurrent;
using Microsoft.Playwright;
using Oddswire.IntegrationTests.Chaos;

namespace Oddswire.IntegrationTests.Board;

/// <summary>One real Chromium for all tests of the board.</summary>
public sealed class BrowserFixture : IAsyncLifetime
{
    private static readonly string[] Names = ["chromium", "chromium-browser", "google-chrome"];

    private IPlaywright? _playwright;
    private IBrowser? _browser;

    public async ValueTask InitializeAsync()
    {
        if (Find() is not { } path)
        {
            return;
        }

        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = path,
            Timeout = (float)Machine.Patience.TotalMilliseconds,
            Args =
            [
                "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
                "--disable-component-update", "--disable-sync",
            ],
        });
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
        {
            await _browser.DisposeAsync();
        }

        _playwright?.Dispose();
    }

    /// <summary>A fresh page; the test is skipped where there is no Chromium, and fails in CI.</summary>
    internal async Task<BoardPage> OpenAsync(int width = 1280, int height = 800, ColorScheme scheme = ColorScheme.Light)
    {
        if (_browser is null)
        {
            const string Reason = "Chromium is missing: install it with eng/get-chromium.sh.";
            (Environment.GetEnvironmentVariable("CI") == "true").ShouldBeFalse(Reason);
            Assert.Skip(Reason);
        }

        var context = await _browser.NewContextAsync(new BrowserNewContextOptions
        {
            ViewportSize = new ViewportSize { Width = width, Height = height },
            ColorScheme = scheme,
        });
        context.SetDefaultTimeout((float)Machine.Patience.TotalMilliseconds);
        return new BoardPage(context, await context.NewPageAsync());
    }

    private static string? Find() => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .SelectMany(folder => Names.Select(name => Path.Combine(folder, name)))
        .FirstOrDefault(File.Exists);
}

/// <summary>A page that collects what the browser complains about.</summary>
internal sealed class BoardPage : IAsyncDisposable
{
    private readonly IBrowserContext _context;

    public BoardPage(IBrowserContext context, IPage page)
    {
        (_context, Page) = (context, page);
        page.Console += (_, message) =>
        {
            if (message.Type is "error" or "warning")
            {
                Complaints.Enqueue(message.Text);
            }
        };
        page.PageError += (_, error) => Complaints.Enqueue(error);
    }

    public IPage Page { get; }

    /// <summary>Errors and warnings of the console, and uncaught exceptions.</summary>
    public ConcurrentQueue<string> Complaints { get; } = [];

    /// <summary>Opens a path and waits until the stream (or the first look at the pipeline) is there.</summary>
    public async Task GoAsync(Uri address, string path)
    {
        await Page.GotoAsync(new Uri(address, path).ToString());
        await Page.WaitForSelectorAsync("#link[data-state=live]");
    }

    public Task<string> TextAsync(string selector) => Page.Locator(selector).First.InnerTextAsync();

    /// <summary>Lets the next answer of such an address be made, and holds it back until it is released.</summary>
    public async Task<HeldAnswer> HoldAsync(string address)
    {
        var held = new HeldAnswer();
        await Page.RouteAsync(
            address,
            async route =>
            {
                var answer = await route.FetchAsync();
                held.OnMade();
                await held.Released;
                await route.FulfillAsync(new RouteFulfillOptions { Response = answer });
            },
            new PageRouteOptions { Times = 1 });
        return held;
    }

    /// <summary>Waits until an expression is true in the page. Asked from outside: the page's own policy forbids evaluating text.</summary>
    public Task UntilAsync(string expression) => Machine.UntilAsync(
        () => Page.EvaluateAsync<bool>(expression), Machine.Patience, () => $"the page {Page.Url} stands otherwise", everyMs: 30, expression);

    public async ValueTask DisposeAsync() => await _context.DisposeAsync();
}

/// <summary>An answer of the server that a test lets the page wait for.</summary>
internal sealed class HeldAnswer
{
    private readonly TaskCompletionSource _made = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task Released => _released.Task;

    /// <summary>Waits until the server has made it.</summary>
    public Task WaitAsync() => Machine.UntilAsync(() => _made.Task.IsCompleted, Machine.Patience, () => "the page has not asked, or the server has not answered");

    public void OnMade() => _made.TrySetResult();

    public void Release() => _released.TrySetResult();
}
