using Oddswire.Core.Ports;
using Oddswire.Host.Roles.Replicate;
using Oddswire.Infrastructure.Logs.Sqlite;
using Oddswire.IntegrationTests.Logs;

namespace Oddswire.IntegrationTests.Replicate;

/// <summary>From memory to memory.</summary>
public sealed class MemoryReplicationTests : ReplicationContract
{
    private readonly ManualTime _time = new();

    protected override ValueTask<IEventLog> OpenAsync(string name) =>
        ValueTask.FromResult<IEventLog>(new MemoryEventLog(name == "core, slow clock" ? _time : TimeProvider.System));

    [Fact]
    public async Task Records_that_retention_removed_before_they_were_replicated_are_reported_and_skipped_only_when_told_so()
    {
        var core = await OpenKeptAsync("core, slow clock");
        await core.EnsureTopicsAsync([new(ReplicationRig.Internal, ReplicationRig.CorePartitions, TimeSpan.FromHours(1))], default);
        var rig = new ReplicationRig(core, Rig.Edge);
        await rig.PriceAsync(200);
        await rig.RunUntilDoneAsync(rig.Role());
        await rig.PriceAsync(200);
        _time.Advance(TimeSpan.FromHours(2));
        await rig.PriceAsync(200);
        await core.MaintainAsync(default);

        var lost = await Should.ThrowAsync<CoreLogLostException>(() => rig.Role().RunAsync(TestContext.Current.CancellationToken));
        lost.Message.ShouldContain("records were removed by retention before they were replicated");

        await rig.RunUntilDoneAsync(rig.Role(new ReplicateOptions { AcceptLoss = true }));
        var check = await rig.VerifyAsync();
        check.Ok.ShouldBeFalse("the hole stays visible");
    }
}

/// <summary>From files to files.</summary>
public sealed class SqliteReplicationTests : ReplicationContract
{
    private readonly TempFolder _folder = new();

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _folder.Dispose();
        GC.SuppressFinalize(this);
    }

    protected override ValueTask<IEventLog> OpenAsync(string name)
    {
        var folder = Path.Combine(_folder.Path, name);
        Directory.CreateDirectory(folder);
        return ValueTask.FromResult<IEventLog>(new SqliteEventLog(new SqliteLogOptions { Directory = folder }, TimeProvider.System));
    }
}
