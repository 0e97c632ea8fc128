using Oddswire.Core.Domain;
using Oddswire.Core.Wire;

namespace Oddswire.Host.Roles.Ingest;

/// <summary>How far ingest has heard a game's feed.</summary>
internal enum WatchPhase : byte
{
    /// <summary>Before the first play: silence is normal.</summary>
    Scheduled = 1,

    /// <summary>In play: the feed must speak at least once a heartbeat.</summary>
    Live = 2,

    /// <summary>In play and silent.</summary>
    Stalled = 3,

    /// <summary>The end was reported; late messages may follow.</summary>
    Ended = 4,

    /// <summary>The end was reported and the feed fell silent.</summary>
    Done = 5,
}

/// <summary>A silence that was noticed.</summary>
/// <param name="Game">The game.</param>
/// <param name="At">When its heartbeat ran out, on the source's schedule.</param>
/// <param name="Kind"><see cref="EventKind.FeedStalled"/>, or <see cref="EventKind.None"/> for the silence after the end.</param>
internal readonly record struct Silence(GameId Game, TimeSpan At, EventKind Kind);

/// <summary>
/// Notices feeds that fall silent, game by game. Pure: times are positions on the source's schedule, given by the caller, so that neither a
/// clock that is set back nor a slow process makes it speak, and the same messages always give the same silences. Every step is O(1).
/// </summary>
/// <param name="heartbeat">Longest silence of a healthy feed of a live game; null to watch none.</param>
internal sealed class StallDetector(TimeSpan? heartbeat)
{
    private readonly Dictionary<GameId, Watch> _watches = [];
    private readonly LinkedList<Watch> _ticking = [];

    /// <summary>When the next feed will have been silent for too long, if nothing comes; null when none is watched.</summary>
    public TimeSpan? NextDeadline => _ticking.First is { } first ? first.Value.LastHeard + heartbeat : null;

    /// <summary>Games whose last word has not been spoken.</summary>
    public IReadOnlyList<GameId> Unfinished =>
        [.. _watches.Values.Where(watch => watch.Phase != WatchPhase.Done).Select(watch => watch.Game).OrderBy(game => game.Value, StringComparer.Ordinal)];

    /// <summary>A message of the game came, whatever it holds.</summary>
    /// <returns>Whether the feed had been declared stalled, and now speaks again.</returns>
    public bool OnHeard(GameId game, TimeSpan at)
    {
        if (!_watches.TryGetValue(game, out var watch))
        {
            _watches[game] = watch = new Watch(game) { Phase = WatchPhase.Scheduled };
            watch.IsChanged = true;
        }

        var wasStalled = watch.Phase == WatchPhase.Stalled;
        watch.LastHeard = at;
        Move(watch, watch.Phase switch
        {
            WatchPhase.Stalled => WatchPhase.Live,
            WatchPhase.Done => WatchPhase.Ended,
            var phase => phase,
        });
        return wasStalled;
    }

    /// <summary>What the message said.</summary>
    public void OnEvents(GameId game, IReadOnlyList<GameEvent> events)
    {
        var watch = _watches[game];
        foreach (var gameEvent in events)
        {
            switch (gameEvent.Kind)
            {
                case EventKind.GameEnd or EventKind.Abandoned:
                    Move(watch, WatchPhase.Ended);
                    break;
                case EventKind.Play or EventKind.PeriodStart or EventKind.PeriodEnd when watch.Phase == WatchPhase.Scheduled:
                    Move(watch, WatchPhase.Live);
                    break;
            }
        }
    }

    /// <summary>Takes the earliest silence that has lasted too long at a moment, if there is one.</summary>
    public bool TryTake(TimeSpan now, out Silence silence)
    {
        if (NextDeadline is not { } deadline || deadline > now)
        {
            silence = default;
            return false;
        }

        var watch = _ticking.First!.Value;
        var isLive = watch.Phase == WatchPhase.Live;
        Move(watch, isLive ? WatchPhase.Stalled : WatchPhase.Done);
        silence = new Silence(watch.Game, deadline, isLive ? EventKind.FeedStalled : EventKind.None);
        return true;
    }

    /// <summary>The source has ended: nothing more will come of the game.</summary>
    public void Finish(GameId game) => Move(_watches[game], WatchPhase.Done);

    /// <summary>The game's watch for saving, when it has changed since it was last asked for; else null.</summary>
    public byte[]? TakeChange(GameId game, ProtoWriter writer)
    {
        var watch = _watches[game];
        if (!watch.IsChanged)
        {
            return null;
        }

        watch.IsChanged = false;
        writer.Clear();
        writer.UInt(1, (ulong)watch.Phase);
        writer.Int(2, watch.LastHeard.Ticks);
        return writer.Written.ToArray();
    }

    /// <summary>Reads back saved watches.</summary>
    public void Restore(IEnumerable<(GameId Game, byte[] Saved)> watches)
    {
        List<Watch> read = [];
        foreach (var (game, saved) in watches)
        {
            var watch = new Watch(game);
            var reader = new ProtoReader(saved);
            while (reader.Next(out var field))
            {
                switch (field)
                {
                    case 1: watch.Phase = (WatchPhase)reader.Int32(); break;
                    case 2: watch.LastHeard = new TimeSpan(reader.Int()); break;
                    default: reader.Skip(); break;
                }
            }

            read.Add(watch);
        }

        foreach (var watch in read.OrderBy(watch => watch.LastHeard).ThenBy(watch => watch.Game.Value, StringComparer.Ordinal))
        {
            _watches[watch.Game] = watch;
            Move(watch, watch.Phase);
            watch.IsChanged = false;
        }
    }

    private void Move(Watch watch, WatchPhase phase)
    {
        watch.IsChanged |= watch.Phase != phase || heartbeat is not null;
        watch.Phase = phase;
        if (watch.Place is { } place)
        {
            _ticking.Remove(place);
            watch.Place = null;
        }

        if (heartbeat is null || phase is not (WatchPhase.Live or WatchPhase.Ended))
        {
            return;
        }

        // Messages come in the order of the schedule, so the place is nearly always the end.
        var after = _ticking.Last;
        while (after is not null && after.Value.LastHeard > watch.LastHeard)
        {
            after = after.Previous;
        }

        watch.Place = after is null ? _ticking.AddFirst(watch) : _ticking.AddAfter(after, watch);
    }

    private sealed class Watch(GameId game)
    {
        public GameId Game { get; } = game;

        public WatchPhase Phase { get; set; }

        public TimeSpan LastHeard { get; set; }

        public bool IsChanged { get; set; }

        public LinkedListNode<Watch>? Place { get; set; }
    }
}
