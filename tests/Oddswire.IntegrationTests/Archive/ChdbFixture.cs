using Oddswire.Core.Domain;
using Oddswire.Core.Ports;
using Oddswire.Core.Telemetry;
using Oddswire.Host.Commands.Verify;
using Oddswire.Host.Composition;
using Oddswire.Host.Roles;
using Oddswire.Infrastructure.Stores.ClickHouse;
using Oddswire.Infrastructure.Stores.ClickHouse.Chdb;
using Oddswire.IntegrationTests.Chaos;

namespace Oddswire.IntegrationTests.Archive;

/// <summary>The real engine in its own process, one for each test class. Without the library the tests are skipped, except where CI is true: there they fail.</summary>
public sealed class ChdbFixture : IAsyncLifetime
{
    private ChdbProcess? _process;

    public ChdbProcess Process => _process ?? throw new InvalidOperationException("Call DemandAsync first.");

    public ClickHouseClient Client => Process.Client;

    public string Folder { get; } = Directory.CreateTempSubdirectory("oddswire-archive-").FullName;

    public static ArchiveSchemaOptions Schema { get; } = new();

    public static CancellationToken Ct => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    /// <summary>Starts the engine when first called, and empties its tables.</summary>
    public async Task DemandAsync()
    {
        if (ChdbLibrary.Find() is not { } library)
        {
            Assert.SkipWhen(Environment.GetEnvironmentVariable("CI") != "true", $"libchdb.so was not found. {ChdbLibrary.Remedy}");
            throw new InvalidOperationException($"libchdb.so was not found, and CI must not pass without it. {ChdbLibrary.Remedy}");
        }

        _process ??= await ChdbProcess.StartAsync(
            new ChdbProcessOptions { Folder = Path.Combine(Folder, "archive"), Library = library, MaxBackoff = TimeSpan.FromMilliseconds(300) }, TimeProvider.System, null, Ct);
        await AnswersAsync();
        await ArchiveSchema.ApplyAsync(Client, Schema, Ct);
        foreach (var table in new[] { ArchiveSchema.OddsTable, ArchiveSchema.ShadowTable, ArchiveSchema.EventsTable, ArchiveSchema.RollupTable, ArchiveSchema.LatencyTable })
        {
            await Client.ExecuteAsync($"TRUNCATE TABLE {table}", Ct);
        }
    }

    /// <summary>A test before may have killed the engine, which is then on its way up again.</summary>
    private async Task AnswersAsync()
    {
        var fault = "";
        await Machine.UntilAsync(
            async () =>
            {
                try
                {
                    await Client.ExecuteAsync("SELECT 1", Ct);
                    return true;
                }
                catch (ClickHouseException e) when (e.IsTransient)
                {
                    fault = e.Message;
                    return false;
                }
            },
            Machine.Patience,
            () => $"the archive's engine does not answer: {fault}",
            everyMs: 50);
    }

    internal ArchiveRole Role(IEventLog log, HopCounters? counters = null, int maxRows = 50_000, ClickHouseClient? client = null) => new(
        log,
        client ?? Client,
        League.Nfl,
        new ArchiveRoleOptions { MaxRowsPerBlock = maxRows, MaxBlockAge = TimeSpan.FromMilliseconds(50), IdleWait = TimeSpan.FromMilliseconds(50), Retry = new(TimeSpan.FromMilliseconds(100), TimeSpan.FromMilliseconds(400)) },
        counters ?? new HopCounters(),
        TimeProvider.System);

    internal async Task<IReadOnlyList<VerifyCheck>> VerifyAsync(IEventLog log) =>
        await ArchiveVerifier.VerifyAsync(log, Client, Schema, [League.Nfl], TimeProvider.System, Ct);

    public async Task<long> NumberAsync(string sql) => long.Parse((await Client.TextAsync(sql, Ct)).Trim());

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            await _process.DisposeAsync();
        }

        Directory.Delete(Folder, recursive: true);
    }
}
