using System.Globalization;
using System.Text;
using Oddswire.Core.Domain;
using Oddswire.Core.Ports;
using Oddswire.Core.Wire;
using Oddswire.Host.Roles.Ingest;

namespace Oddswire.Host.Roles;

/// <summary>A dead letter with its place.</summary>
/// <param name="Id"><c>{topic}:{partition}:{offset}</c>.</param>
/// <param name="Letter">The letter with the original bytes.</param>
/// <param name="AppendedAt">When the log took it.</param>
/// <param name="IsReplayed">Whether it was sent again.</param>
public sealed record StoredLetter(string Id, DeadLetter Letter, Timestamp AppendedAt, bool IsReplayed);

/// <summary>What became of a letter that was to be sent again.</summary>
/// <param name="Id">The letter.</param>
/// <param name="IsSent">Whether its message is in <c>raw.events</c> now.</param>
/// <param name="Detail">Why not, else how many events it held.</param>
public sealed record ReplayedLetter(string Id, bool IsSent, string Detail);

/// <summary>
/// The dead letters of a league, malformed (<c>dlq</c>) and suspicious (<c>quarantine</c>): list them, show one, and send them again through
/// today's formats with their original envelope, so that normalise takes them as late. A letter is sent at most once, whatever happens:
/// the message and the mark that it was sent are one transaction.
/// </summary>
/// <param name="log">The log.</param>
/// <param name="league">The league.</param>
/// <param name="formats">Today's formats.</param>
/// <param name="partitionCounts">Partitions of <c>raw.events</c>.</param>
/// <param name="time">Stamps receipt.</param>
/// <param name="pregameLine">Looks up pregame lines for info events; may be null.</param>
public sealed class DeadLetterService(
    IEventLog log,
    League league,
    IReadOnlyList<IFeedFormat> formats,
    IReadOnlyDictionary<string, int> partitionCounts,
    TimeProvider time,
    Func<GameId, GameInfo, PregameLine?>? pregameLine = null)
{
    private const int ReadSize = 256;
    private static readonly TimeSpan TurnWait = TimeSpan.FromSeconds(10);
    private readonly StringCache _cache = new();

    private WorkerSpec Group => new($"dlq.{league.Code()}", [], league);

    /// <summary>All letters of the league, those of <c>dlq</c> first, in the order in which they came within each partition.</summary>
    /// <exception cref="LogCorruptException">A stored batch is damaged.</exception>
    public async Task<IReadOnlyList<StoredLetter>> ListAsync(CancellationToken ct)
    {
        var sent = await ReplayedAsync(ct);
        List<StoredLetter> letters = [];
        foreach (var topic in new[] { Topics.DeadLetters(league), Topics.Quarantine(league) })
        {
            foreach (var bounds in await log.DescribeAsync(topic, ct))
            {
                await ReadAsync(bounds, sent, letters, ct);
            }
        }

        return letters;
    }

    /// <summary>One letter; null when there is none with this id (any more).</summary>
    /// <exception cref="FormatException">The id is not <c>topic:partition:offset</c> of one of the league's two topics.</exception>
    public async Task<StoredLetter?> ShowAsync(string id, CancellationToken ct)
    {
        var place = ParseId(id);
        foreach (var bounds in await log.DescribeAsync(place.Partition.Topic, ct))
        {
            if (bounds.Partition == place.Partition && place.Offset >= bounds.EarliestOffset && place.Offset < bounds.EndOffset)
            {
                List<StoredLetter> found = [];
                await ReadAsync(
                    new PartitionBounds(place.Partition, place.Offset, place.Offset + 1), await ReplayedAsync(ct), found, ct);
                return found[0];
            }
        }

        return null;
    }

    /// <summary>Sends letters again. One that still cannot be parsed stays, and the answer says why.</summary>
    /// <param name="ids">Which; null for all that were not sent yet. One that was sent already is not sent twice.</param>
    /// <param name="ct">Stops between letters.</param>
    /// <exception cref="FormatException">An id is not one.</exception>
    /// <exception cref="LogUnavailableException">The log cannot commit now, or another replay of the league is at work.</exception>
    public async Task<IReadOnlyList<ReplayedLetter>> ReplayAsync(IReadOnlyList<string>? ids, CancellationToken ct)
    {
        ids?.ToList().ForEach(id => ParseId(id));
        await using var worker = await log.JoinAsync(Group, ct);
        await TakeTurnAsync(worker, ct);
        var all = await ListAsync(ct);
        var parser = new MessageParser(league, formats, pregameLine, int.MaxValue);
        List<ReplayedLetter> results = [];
        foreach (var id in ids ?? [.. all.Where(letter => !letter.IsReplayed).Select(letter => letter.Id)])
        {
            ct.ThrowIfCancellationRequested();
            if (results.Any(result => result.Id == id))
            {
                continue;
            }

            results.AddRange(all.FirstOrDefault(letter => letter.Id == id) is { } letter
                ? await SendAsync(worker, parser, letter, all, ct)
                : [new ReplayedLetter(id, false, "There is no such letter (any more).")]);
        }

        return results;
    }

    private async Task<IReadOnlyList<ReplayedLetter>> SendAsync(
        ILogWorker worker, MessageParser parser, StoredLetter stored, IReadOnlyList<StoredLetter> all, CancellationToken ct)
    {
        if (stored.IsReplayed)
        {
            return [new ReplayedLetter(stored.Id, false, "It was sent again before.")];
        }

        if (stored.Letter.Reason == FeedRefusal.NoGame)
        {
            return [new ReplayedLetter(stored.Id, false, "It came without its game, so it cannot be sent again: have the vendor send it again, with the game's id where the feed's mapping looks for it.")];
        }

        var parts = PartsOf(stored, all);
        if (parts is null)
        {
            return [new ReplayedLetter(stored.Id, false, "Some parts of this message are no longer kept, so it cannot be put together.")];
        }

        var message = stored.Letter.Message with { Body = Join(parts) };
        var parsed = parser.Parse(message, Timestamp.From(time.GetUtcNow()));
        if (parsed.Message is not { } raw)
        {
            var letter = parsed.Letters[0];
            return [.. parts.Select(part => new ReplayedLetter(part.Id, false, $"Still rejected ({letter.Reason}): {letter.Detail}"))];
        }

        var writer = new ProtoWriter();
        RawMessageCodec.Write(writer, raw);
        var commit = new LogCommit();
        commit.Outputs.Append(
            Topics.Raw(league),
            partitionCounts[Topics.Raw(league)],
            Encoding.UTF8.GetBytes(message.GameId.Value),
            RecordHeaders.Of((HeaderNames.ReplayOf, stored.Id)),
            writer.Written);
        foreach (var part in parts)
        {
            commit.State.Add(new StateChange(0, Encoding.UTF8.GetBytes(part.Id), [1]));
        }

        try
        {
            await worker.CommitAsync(commit, ct);
        }
        catch (CommitOutcomeUnknownException e)
        {
            throw new LogUnavailableException(
                $"Whether {stored.Id} was sent again is not known, for the log did not say what became of the commit. Run the replay again: what was sent is not sent twice.", e);
        }

        return [.. parts.Select(part => new ReplayedLetter(part.Id, true, $"{raw.Events.Count} events of {message.GameId} sent again as {raw.Format}."))];
    }

    /// <summary>The letters that hold a message: one, or the parts of one that was too long. Null when a part is missing.</summary>
    private List<StoredLetter>? PartsOf(StoredLetter stored, IReadOnlyList<StoredLetter> all)
    {
        if (!MessageParser.TryReadPart(stored.Letter, out var part, out var count))
        {
            return [stored];
        }

        var place = ParseId(stored.Id);
        var parts = Enumerable.Range(0, count)
            .Select(i => IdOf(place.Partition, place.Offset - part + 1 + i))
            .Select(id => all.FirstOrDefault(letter => letter.Id == id))
            .OfType<StoredLetter>()
            .ToList();
        return parts.Count == count ? parts : null;
    }

    private static ReadOnlyMemory<byte> Join(List<StoredLetter> parts) =>
        parts.Count == 1 ? parts[0].Letter.Message.Body : parts.SelectMany(part => part.Letter.Message.Body.ToArray()).ToArray();

    private async Task TakeTurnAsync(ILogWorker worker, CancellationToken ct)
    {
        var polled = await worker.PollAsync(1, TurnWait, ct);
        if (!polled.Assigned.Contains(0))
        {
            throw new LogUnavailableException(
                $"Another replay of the dead letters of {league.Code()} is at work; wait until it has ended.", null);
        }
    }

    private async Task<HashSet<string>> ReplayedAsync(CancellationToken ct) =>
        [.. (await log.ReadStateAsync(Group, 0, ct)).Select(pair => Encoding.UTF8.GetString(pair.Key))];

    private async Task ReadAsync(PartitionBounds bounds, HashSet<string> sent, List<StoredLetter> into, CancellationToken ct)
    {
        var next = bounds.EarliestOffset;
        while (next < bounds.EndOffset)
        {
            var batches = await log.ReadAsync(new PartitionOffset(bounds.Partition, next), ReadSize, TimeSpan.Zero, ct);
            if (batches.Count == 0)
            {
                return;
            }

            foreach (var batch in batches)
            {
                foreach (var record in batch)
                {
                    if (record.Offset < bounds.EndOffset)
                    {
                        var id = IdOf(bounds.Partition, record.Offset);
                        into.Add(new StoredLetter(id, DeadLetterCodec.Read(record.Value.Span, _cache), record.AppendedAt, sent.Contains(id)));
                    }
                }

                next = batch.NextOffset;
            }
        }
    }

    private PartitionOffset ParseId(string id)
    {
        var parts = id.Split(':');
        return parts.Length == 3
            && (parts[0] == Topics.DeadLetters(league) || parts[0] == Topics.Quarantine(league))
            && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var partition)
            && long.TryParse(parts[2], NumberStyles.None, CultureInfo.InvariantCulture, out var offset)
                ? new PartitionOffset(new TopicPartition(parts[0], partition), offset)
                : throw new FormatException(
                    $"'{id}' is not the id of a dead letter of {league.Code()}; expected for example '{Topics.DeadLetters(league)}:0:17', as 'oddswire dlq list' shows them.");
    }

    private static string IdOf(TopicPartition partition, long offset) => $"{partition.Topic}:{partition.Partition}:{offset}";
}
