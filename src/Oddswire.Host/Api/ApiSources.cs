using System.Text.Json;
using Oddswire.Core.Pipeline.Publish;
using Oddswire.Core.Ports;
using Oddswire.Core.Telemetry;
using Oddswire.Host.Roles.Lag;

namespace Oddswire.Host.Api;

/// <summary>
/// Asks the archive a question in ClickHouse SQL with <c>{name:Type}</c> parameters that ends in <c>FORMAT JSON</c>; gives ClickHouse's document (the
/// rows are under <c>data</c>). Throws <see cref="ArchiveUnavailableException"/> while the archive is away.
/// </summary>
public delegate Task<JsonDocument> ArchiveQuery(string sql, IReadOnlyDictionary<string, string> parameters, CancellationToken ct);

/// <summary>The archive does not answer; the message says why.</summary>
public sealed class ArchiveUnavailableException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>One condition of readiness.</summary>
/// <param name="Name">A short name.</param>
/// <param name="Check">Gives null when all is well, else the reason in words.</param>
public sealed record ReadinessCheck(string Name, Func<CancellationToken, ValueTask<string?>> Check);

/// <summary>What the API shows.</summary>
public sealed record ApiSources
{
    /// <summary>The board.</summary>
    public required LiveBoard Board { get; init; }

    /// <summary>The counters of the hops.</summary>
    public required HopStats Stats { get; init; }

    /// <summary>The log, for streams of every update; null when it cannot be reached from here.</summary>
    public IEventLog? Log { get; init; }

    /// <summary>The archive, for history; null when there is none.</summary>
    public ArchiveQuery? Archive { get; init; }

    /// <summary>How far the groups are behind; null where nobody looks.</summary>
    public LagMonitor? Lag { get; init; }

    /// <summary>What must hold for <c>/readyz</c>, beside the board having caught up.</summary>
    public IReadOnlyList<ReadinessCheck> Checks { get; init; } = [];

    /// <summary>The clock.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;
}
