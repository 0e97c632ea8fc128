using System.Text;
using Oddswire.Core.Domain;
using Oddswire.Core.Pipeline.Normalise;
using Oddswire.Core.Ports;
using Oddswire.Core.Wire;

namespace Oddswire.Host.Roles.Models;

/// <summary>
/// Gives a running platform another model, without a restart and without a gap: the choice goes through the log to every game that is not over, and is
/// remembered for those to come. Run again after a failure it does no harm.
/// </summary>
/// <param name="log">The log.</param>
/// <param name="league">The league.</param>
/// <param name="partitionCounts">Partitions of <c>raw.events</c>.</param>
/// <param name="time">Names the changes.</param>
public sealed class ModelSwitch(IEventLog log, League league, IReadOnlyDictionary<string, int> partitionCounts, TimeProvider time)
{
    private const int ReadSize = 1024;
    private readonly StringCache _strings = new();

    /// <summary>How often ingest looks for a new choice; a switch waits longer than that before it looks which games have begun.</summary>
    public static TimeSpan RefreshEvery { get; } = TimeSpan.FromSeconds(1);

    /// <summary>How long another switch of the league is waited for.</summary>
    public TimeSpan TurnWait { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Changes one game.</summary>
    /// <exception cref="LogUnavailableException">The log cannot commit now, or another switch of the league is at work.</exception>
    public async Task ChangeGameAsync(GameId game, ModelChange change, CancellationToken ct)
    {
        await using var worker = await JoinAsync(ct);
        await worker.CommitAsync(CommitOf([game], change), ct);
    }

    /// <summary>Changes the games to come only; nothing is written when they have that model already.</summary>
    /// <exception cref="LogUnavailableException">The log cannot commit now, or another switch of the league is at work.</exception>
    public async Task ChooseForNewGamesAsync(ModelChange change, CancellationToken ct)
    {
        var now = (await ModelChoices.ReadAsync(log, league, ct)).Live;
        if (now is not null && now.Version == change.Version && now.Parameters.Span.SequenceEqual(change.Parameters.Span))
        {
            return;
        }

        await using var worker = await JoinAsync(ct);
        var remember = new LogCommit();
        remember.State.Add(ModelChoices.Remember(change));
        await worker.CommitAsync(remember, ct);
    }

    /// <summary>Changes every game of the league that is not over, and those to come.</summary>
    /// <returns>The games that were told.</returns>
    /// <exception cref="LogUnavailableException">The log cannot commit now, or another switch of the league is at work.</exception>
    public async Task<IReadOnlyList<GameId>> ChangeLeagueAsync(ModelChange change, CancellationToken ct)
    {
        await using var worker = await JoinAsync(ct);
        var remember = new LogCommit();
        remember.State.Add(ModelChoices.Remember(change));
        await worker.CommitAsync(remember, ct);

        // From here on ingest begins every new game with the choice; those it began before are in the log.
        await Task.Delay(RefreshEvery * 2, time, ct);
        var games = await GamesAsync(ct);
        if (games.Count > 0)
        {
            await worker.CommitAsync(CommitOf(games, change), ct);
        }

        return games;
    }

    /// <summary>Games that have been seen and are not over: those normalise knows, and those in the messages it has still to read.</summary>
    public async Task<IReadOnlyList<GameId>> GamesAsync(CancellationToken ct)
    {
        var group = new WorkerSpec($"normalise.{league.Code()}", [Topics.Raw(league)], league);
        var committed = (await log.CommittedAsync(group, ct)).ToDictionary(position => position.Partition, position => position.Offset);
        var games = new SortedSet<string>(StringComparer.Ordinal);
        var over = new HashSet<string>(StringComparer.Ordinal);
        foreach (var bounds in await log.DescribeAsync(Topics.Raw(league), ct))
        {
            foreach (var (key, value) in await log.ReadStateAsync(group, bounds.Partition.Partition, ct))
            {
                if (GameId.TryParse(Encoding.UTF8.GetString(key), out var game))
                {
                    (NormaliseState.PhaseOf(value, _strings) is GamePhase.Final or GamePhase.Abandoned ? over : (ISet<string>)games).Add(game.Value);
                }
            }

            await AddUnreadAsync(bounds, committed.GetValueOrDefault(bounds.Partition), games, ct);
        }

        games.ExceptWith(over);
        return [.. games.Select(game => GameId.Parse(game))];
    }

    private async Task AddUnreadAsync(PartitionBounds bounds, long from, SortedSet<string> games, CancellationToken ct)
    {
        for (var next = Math.Max(from, bounds.EarliestOffset); next < bounds.EndOffset;)
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
                    games.Add(Encoding.UTF8.GetString(record.Key.Span));
                }
            }

            next = batches[^1].NextOffset;
        }
    }

    private async Task<ILogWorker> JoinAsync(CancellationToken ct)
    {
        var worker = await log.JoinAsync(ModelChoices.Group(league), ct);
        var polled = await worker.PollAsync(1, TurnWait, ct);
        if (polled.Assigned.Contains(0))
        {
            return worker;
        }

        await worker.DisposeAsync();
        throw new LogUnavailableException($"Another change of the models of {league.Code()} is at work; wait until it has ended.");
    }

    private LogCommit CommitOf(IReadOnlyList<GameId> games, ModelChange change)
    {
        var commit = new LogCommit();
        var writer = new ProtoWriter();
        var at = Timestamp.From(time.GetUtcNow());
        var topic = Topics.Raw(league);
        foreach (var game in games)
        {
            writer.Clear();
            RawMessageCodec.Write(writer, ModelChoices.MessageFor(game, change, at));
            commit.Outputs.Append(topic, partitionCounts[topic], Encoding.UTF8.GetBytes(game.Value), default, writer.Written);
        }

        return commit;
    }
}
