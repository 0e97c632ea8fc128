namespace Oddswire.Host.Roles;

/// <summary>How the archive role builds its blocks and retries.</summary>
public sealed record ArchiveRoleOptions
{
    /// <summary>Odds updates (and events) in a block; the log batch that reaches it is still taken whole. 1 or more.</summary>
    public int MaxRowsPerBlock { get; init; } = 50_000;

    /// <summary>Bytes of log records in a block, beyond which it is closed: bounds the memory.</summary>
    public long MaxBytesPerBlock { get; init; } = 64 << 20;

    /// <summary>How long a block may gather after its first record.</summary>
    public TimeSpan MaxBlockAge { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>How long the archive keeps single rows (as in its schema): older records are not archived again when they are missing. Null for ever.</summary>
    public TimeSpan? HotRetention { get; init; } = new Infrastructure.Stores.ClickHouse.ArchiveSchemaOptions().HotRetention;

    /// <summary>How long a poll waits for records before it looks around.</summary>
    public TimeSpan IdleWait { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How long to wait before trying again.</summary>
    public Backoff Retry { get; init; } = new(TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(10));

    /// <summary>How often the lag is measured.</summary>
    public TimeSpan LagEvery { get; init; } = TimeSpan.FromMilliseconds(500);
}
