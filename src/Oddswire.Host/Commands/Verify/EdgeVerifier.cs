using System.Text;
using Oddswire.Core.Domain;
using Oddswire.Core.Pipeline.Replicate;
using Oddswire.Core.Ports;
using Oddswire.Core.Wire;
using Oddswire.Host.Roles.Replicate;

namespace Oddswire.Host.Commands.Verify;

/// <summary>
/// Checks what partners read: the public log is the mapping of the internal log as far as it was replicated, record by record, key, headers
/// and value, and the chains of its games have no hole and no duplicate.
/// </summary>
internal sealed class EdgeVerifier(IEventLog core, IEventLog edge, League league)
{
    private readonly StringCache _cache = new();

    /// <summary>Runs the check; null when nothing was ever replicated.</summary>
    public async Task<VerifyCheck?> RunAsync(CancellationToken ct)
    {
        var name = $"public-equals-internal:{league.Code()}";
        var cursors = await ReplicateCursors.ReadAsync(edge, league, ct);
        if (cursors.Count == 0)
        {
            return null;
        }

        try
        {
            return new VerifyCheck(name, true, await CompareAsync(cursors, ct));
        }
        catch (Exception e) when (e is VerificationFailedException or MissingRecordsException or LogException or WireFormatException or NotInContractException)
        {
            return new VerifyCheck(name, false, e.Message);
        }
    }

    private async Task<string> CompareAsync(Dictionary<int, ReplicateCursor> cursors, CancellationToken ct)
    {
        var published = await ReadPublicAsync(ct);
        var games = published.Games;
        if (published.Framing is not var (schemaId, cloudEvents))
        {
            (schemaId, cloudEvents) = (Contracts.PublicOdds.Id, false);
        }

        var tail = new LogTail(core);
        var mapper = new PublicOddsMapper(league, schemaId, cloudEvents);
        var output = new OutputBuffer();
        var (waiting, isCoreCut) = (0L, false);
        var expected = new Dictionary<GameId, Chain>();
        foreach (var bounds in await core.DescribeAsync(Topics.Odds(league), ct))
        {
            var cursor = cursors.GetValueOrDefault(bounds.Partition.Partition);
            if (await ReplicateCursors.FaultAsync(core, bounds, cursor, ct) is { } fault)
            {
                throw new VerificationFailedException(fault);
            }

            isCoreCut |= bounds.EarliestOffset > 0;
            waiting += (await tail.LookAsync(bounds, cursor.Next, wantsBatch: false, ct)).Waiting;
            var repeats = core.MayRepeat ? new RepeatFilter() : null;
            await foreach (var batch in core.ReadAllAsync(bounds, cursor.Next, ct))
            {
                foreach (var record in batch)
                {
                    if (record.Offset < cursor.Next && repeats?.IsRepeat(record) != true)
                    {
                        mapper.Map(record, output, 1);
                    }
                }

                Add(output, expected, mayBegin: bounds.EarliestOffset > 0);
                output.Clear();
            }
        }

        var compared = Compare(expected, games, published.IsCut);
        if (!isCoreCut && games.Keys.FirstOrDefault(game => !expected.ContainsKey(game)) is { Value: not null } stranger)
        {
            throw new VerificationFailedException($"{stranger} is in the public log and not in the internal one");
        }

        return $"{compared:N0} updates of {games.Count:N0} games are the mapping of the internal log, byte for byte, without hole or duplicate"
            + (waiting > 0 ? $" ({waiting:N0} waiting)" : "");
    }

    /// <summary>Everything public, by game; and how its records are framed, which is read off the first one.</summary>
    private async Task<(Dictionary<GameId, Chain> Games, (int SchemaId, bool CloudEvents)? Framing, bool IsCut)> ReadPublicAsync(CancellationToken ct)
    {
        var games = new Dictionary<GameId, Chain>();
        (int, bool)? framing = null;
        var isCut = false;
        var partitions = await edge.DescribeAsync(Topics.PublicOdds(league), ct);
        foreach (var bounds in partitions)
        {
            isCut |= bounds.EarliestOffset > 0;
            var repeats = edge.MayRepeat ? new RepeatFilter() : null;
            await foreach (var batch in edge.ReadAllAsync(bounds, bounds.EndOffset, ct))
            {
                foreach (var record in batch)
                {
                    if (repeats?.IsRepeat(record) == true)
                    {
                        continue;
                    }

                    framing ??= FramingOf(record);
                    if (Murmur.Partition(record.Key.Span, partitions.Count) != bounds.Partition.Partition)
                    {
                        throw new VerificationFailedException($"{Place(record)} is not in the partition that its key determines");
                    }

                    Add(games, record, bounds.EarliestOffset > 0);
                }
            }
        }

        return (games, framing, isCut);
    }

    private static (int SchemaId, bool CloudEvents) FramingOf(in LogRecord record)
    {
        SchemaFrame.Read(record.Value.Span, out var schemaId);
        return (schemaId, record.Headers.Find("ce_specversion") is not null);
    }

    private void Add(OutputBuffer output, Dictionary<GameId, Chain> to, bool mayBegin)
    {
        foreach (var block in output.Blocks)
        {
            foreach (var record in new RecordBatch(block.Partition, 0, block.Count, default, block.Payload))
            {
                Add(to, record, mayBegin);
            }
        }
    }

    private void Add(Dictionary<GameId, Chain> to, in LogRecord record, bool mayBegin)
    {
        var link = PublicOddsCodec.ReadLink(SchemaFrame.Read(record.Value.Span, out _), _cache);
        if (!to.TryGetValue(link.GameId, out var chain))
        {
            to[link.GameId] = chain = new Chain(link.Epoch, mayBegin ? link.Sequence : 1);
        }

        if (!chain.Follows(link))
        {
            throw new VerificationFailedException(
                $"{Place(record)}: {link.GameId} epoch {link.Epoch} sequence {link.Sequence} (which says it follows {link.PreviousSequence}) comes after sequence {chain.Last}");
        }

        chain.Add(link, Murmur.Hash128(record.Value.Span) ^ Extend(Murmur.Hash128(record.Headers.Encoded.Span), record.Key.Span));
    }

    private static UInt128 Extend(UInt128 headers, ReadOnlySpan<byte> key) => Murmur.Extend(headers, Murmur.Hash32(key));

    /// <summary>What stands in both logs must be equal; only where retention has removed a game's beginning may one hold more than the other.</summary>
    private static long Compare(Dictionary<GameId, Chain> expected, Dictionary<GameId, Chain> published, bool isCut)
    {
        long compared = 0;
        foreach (var (game, chain) in expected)
        {
            if (!published.TryGetValue(game, out var other))
            {
                compared += isCut ? 0 : throw new VerificationFailedException($"{game} has {chain.Count:N0} updates in the internal log and none in the public one");
                continue;
            }

            if ((chain.Epoch, chain.Last) != (other.Epoch, other.Last))
            {
                throw new VerificationFailedException(
                    $"{game} was replicated to epoch {chain.Epoch} sequence {chain.Last}, but ends at epoch {other.Epoch} sequence {other.Last} in the public log");
            }

            var common = Math.Min(chain.Count, other.Count);
            if (chain.FirstDifference(other, common) is { } back)
            {
                throw new VerificationFailedException($"{game} epoch {chain.Epoch}: the public update of sequence {chain.Last - back} is not the mapping of the internal one");
            }

            compared += common;
        }

        return compared;
    }

    private static string Place(in LogRecord record) => $"{record.Partition} offset {record.Offset} ({Encoding.UTF8.GetString(record.Key.Span)})";

    /// <summary>The updates of a game in one of the logs: where they stand and a print of each.</summary>
    private sealed class Chain(int epoch, long first)
    {
        private readonly List<UInt128> _prints = [];

        public int Epoch { get; private set; } = epoch;

        public long Last { get; private set; } = first - 1;

        public int Count => _prints.Count;

        public bool Follows(in PublicLink link)
        {
            var expected = link.Epoch == Epoch ? Last + 1 : 1;
            return link.Epoch >= Epoch && link.Sequence == expected && link.PreviousSequence == expected - 1;
        }

        public void Add(in PublicLink link, UInt128 print)
        {
            (Epoch, Last) = (link.Epoch, link.Sequence);
            _prints.Add(print);
        }

        /// <summary>Compares the last so many updates; gives how far before the end they first differ.</summary>
        public int? FirstDifference(Chain other, int common)
        {
            for (var i = common; i > 0; i--)
            {
                if (_prints[^i] != other._prints[^i])
                {
                    return i - 1;
                }
            }

            return null;
        }
    }
}
