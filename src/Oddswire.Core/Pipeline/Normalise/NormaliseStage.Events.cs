using Oddswire.Core.Domain;
using Oddswire.Core.Wire;

namespace Oddswire.Core.Pipeline.Normalise;

/// <summary>What a message's events mean for the game: news, a repetition, a correction, a late insertion, or nonsense.</summary>
public sealed partial class NormaliseStage
{
    private const int MaxPoints = 1_000;
    private static readonly Timestamp Earliest = Timestamp.From(new DateTimeOffset(1870, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private static readonly Timestamp Latest = Timestamp.From(new DateTimeOffset(2200, 1, 1, 0, 0, 0, TimeSpan.Zero));

    /// <returns>Whether the message was taken; false when it went into quarantine.</returns>
    private bool Deliver(NormaliseState state, in RawView message, int channel, Arrival arrival, StageOutput output)
    {
        if (state.Refused.Count > 0 && !message.IsReplay
            && state.Refused.Contains(new RefusedMessage(channel, message.Sequence, message.ContentHash())))
        {
            output.NoteDuplicate();
            return arrival != Arrival.Late;
        }

        var refusal = Unfit(state, message);
        if (refusal is null)
        {
            var ordinal = 0;
            foreach (var bytes in message)
            {
                var origin = new Origin(channel, arrival, ordinal++);
                var objection = Accept(state, message, EventView.Read(bytes), origin, output);
                refusal ??= objection;
            }
        }

        if (refusal is null)
        {
            return true;
        }

        RefuseOnce(state, message, channel, refusal, output);
        if (refusal.LeavesHole && arrival == Arrival.Next && channel >= 0)
        {
            state.Channels[channel].AddMissing(new MissingRange(message.Sequence, message.Sequence, IsUncertain: true));
            EmitGap(state, message, $"gap-{channel}-{message.Sequence}", 1,
                $"Message {message.Sequence} of {message.Source} is in quarantine: {refusal.Reason}.", output);
        }

        return false;
    }

    /// <summary>Puts a message in quarantine; the same news over another feed is not put there again.</summary>
    private void RefuseOnce(NormaliseState state, in RawView message, int channel, Refusal refusal, StageOutput output)
    {
        var mark = new RefusedMessage(channel, message.Sequence, message.ContentHash());
        if (state.Refused.Contains(mark) && !message.IsReplay)
        {
            output.NoteDuplicate();
            return;
        }

        state.Refuse(mark);
        var raw = RawMessageCodec.Read(message.Value, _cache);
        _record.Clear();
        DeadLetterCodec.Write(_record, new DeadLetter
        {
            Message = raw.Message,
            ReceivedAt = raw.ReceivedAt,
            Stage = Name,
            Reason = refusal.Reason,
            Detail = refusal.Detail,
            RawPartition = message.Partition,
            RawOffset = message.Offset,
        });
        output.Emit(_quarantine, state.Game, state.Headers, _record.Written);
        output.NoteQuarantined();
    }

    private Refusal? Unfit(NormaliseState state, in RawView message)
    {
        var time = message.PublishedAt;
        if (!time.IsKnown)
        {
            return null;
        }

        if (time < Earliest || time > Latest)
        {
            return new Refusal("absurd-time", $"Published at {time.UnixMicros} µs after 1970, outside the years 1870 to 2199: check the sender's clock.", true);
        }

        return state.Now.IsKnown && (time - state.Now).Duration() > _options.MaxTimeJump
            ? new Refusal("absurd-time", $"Published at {time}, further than {_options.MaxTimeJump.TotalDays:0} days from {state.Now}: check the sender's clock.", true)
            : null;
    }

    private Refusal? Accept(NormaliseState state, in RawView message, in EventView news, Origin origin, StageOutput output)
    {
        if (!news.Game.SequenceEqual(state.GameKey))
        {
            return new Refusal("wrong-game", $"An event of another game came by the channel of {state.Game}: check the feed's routing.", false);
        }

        if (news.Kind is EventKind.Info)
        {
            return AcceptInfo(state, message, news, origin, output);
        }

        if (news.Kind is EventKind.None or >= EventKind.Gap)
        {
            return new Refusal("unknown-kind", $"Event kind {(int)news.Kind} is not one that a vendor's feed reports.", false);
        }

        var hash = (ulong)Murmur.Hash128(news.Bytes);
        var key = Journal.HashOf(news.Key);
        var known = KnownAs(state, message, key, origin);
        if (known < 0)
        {
            return origin.Arrival == Arrival.Again && !message.IsReplay
                ? Conflict(message)
                : Insert(state, message, news, key, hash, origin, output);
        }

        var entry = state.Journal[known];
        var isSameChannel = origin.Channel >= 0 && entry.Channel == origin.Channel;
        if (entry.ContentHash == hash || (isSameChannel && entry.Sequence > message.Sequence))
        {
            // Known already, or overtaken by its own correction.
            output.NoteDuplicate();
            return null;
        }

        return isSameChannel && entry.Sequence == message.Sequence && !message.IsReplay
            ? Conflict(message)
            : Correct(state, message, news, known, hash, origin, output);
    }

    /// <summary>The earlier version of an event: by the message it amends or was amended by, else by the vendor's key.</summary>
    private static int KnownAs(NormaliseState state, in RawView message, ulong key, Origin origin)
    {
        var known = state.Journal.Find(key);
        if (known < 0 && origin.Channel >= 0 && (message.AmendsSequence > 0 || origin.Arrival == Arrival.Late))
        {
            var sequence = message.AmendsSequence > 0 ? message.AmendsSequence : message.Sequence;
            known = state.Journal.FindByMessage(origin.Channel, sequence, origin.Ordinal);
        }

        return known;
    }

    private Refusal? AcceptInfo(NormaliseState state, in RawView message, in EventView news, Origin origin, StageOutput output)
    {
        var given = GameEventCodec.Read(news.Bytes, _cache);
        if (given.Info is null)
        {
            return new Refusal("info-without-teams", "An info event names no teams.", false);
        }

        var before = state.InfoEvent;
        var merged = given with
        {
            Info = given.Info with { Line = given.Info.Line ?? before?.Info?.Line },
            Players = given.Players.Count > 0 ? given.Players : before?.Players ?? given.Players,
        };
        if (before is not null && before.Info == merged.Info && before.Players.Equals(merged.Players))
        {
            output.NoteDuplicate();
            return null;
        }

        if (before?.Info is { } known && origin.Arrival == Arrival.Again && !message.IsReplay)
        {
            if (known with { Line = null } != given.Info with { Line = null })
            {
                return Conflict(message);
            }

            // Ingest looked the line up at another moment; the one that was priced stands.
            output.NoteDuplicate();
            return null;
        }

        state.InfoRevision += before is null ? 0 : 1;
        state.InfoEvent = merged;
        state.Folded = Refold(state, state.Journal.InOrder.Count);
        _event.Clear();
        GameEventCodec.Write(_event, merged);
        Emit(state, message, _event.Written, before is null ? Disposition.OnTime : Disposition.Correction, state.InfoRevision, output, before);
        return null;
    }

    private Refusal? Insert(
        NormaliseState state, in RawView message, in EventView news, ulong key, ulong hash, Origin origin, StageOutput output)
    {
        var journal = state.Journal;
        var isLast = news.Order >= journal.LastOrder;
        var before = isLast ? state.Folded : Refold(state, CountUpTo(journal, news.Order));
        var gameEvent = GameEventCodec.Read(news.Bytes, _cache, withDescription: false);
        if (ObjectionTo(state, before, gameEvent) is { } refusal)
        {
            return refusal;
        }

        var accepted = WithPitcher(news, gameEvent, before);

        var entry = new Journal.Entry
        {
            Order = news.Order,
            ContentHash = hash,
            Channel = origin.Channel,
            Sequence = message.Sequence,
            FirstSequence = message.AmendsSequence > 0 ? message.AmendsSequence : message.Sequence,
            Revision = 0,
        };
        journal.Put(key, entry, accepted);
        if (isLast)
        {
            state.Folded = rules.Apply(state.Folded, gameEvent, state.Info);
            RestoreCertainty(state, gameEvent);
        }
        else
        {
            state.Folded = Refold(state, journal.InOrder.Count);
        }

        var isLate = !isLast || origin.Arrival != Arrival.Next;
        Emit(state, message, accepted.Bytes, isLate ? Disposition.Late : Disposition.OnTime, 0, output);
        return null;
    }

    private Refusal? Correct(
        NormaliseState state, in RawView message, in EventView news, int known, ulong hash, Origin origin, StageOutput output)
    {
        var journal = state.Journal;
        var entry = journal[known];
        var gameEvent = GameEventCodec.Read(news.Bytes, _cache);
        var earlier = GameEventCodec.Read(journal.EssenceOf(known), _cache);
        if (gameEvent.Key != earlier.Key)
        {
            // The format has no ids: the correction takes over the name and the place of what it replaces.
            gameEvent = gameEvent with { Key = earlier.Key, Order = earlier.Order };
        }

        if (Absurdity(gameEvent) is { } refusal)
        {
            return refusal with { LeavesHole = false };
        }

        gameEvent = gameEvent with { Pitcher = earlier.Pitcher ?? PitcherOf(gameEvent, state.Folded) };
        _event.Clear();
        GameEventCodec.Write(_event, gameEvent);
        var amended = EventView.Read(_event.Written);
        journal.Put(Journal.HashOf(amended.Key), entry with
        {
            Order = amended.Order,
            ContentHash = hash,
            Channel = origin.Channel,
            Sequence = message.Sequence,
            Revision = entry.Revision + 1,
        }, amended);
        state.Folded = Refold(state, journal.InOrder.Count);
        if (amended.Order >= journal.LastOrder)
        {
            RestoreCertainty(state, gameEvent);
        }

        Emit(state, message, amended.Bytes, Disposition.Correction, entry.Revision + 1, output, earlier);
        return null;
    }

    /// <summary>The event with the pitcher added behind it, where something in it is the pitcher's.</summary>
    private EventView WithPitcher(in EventView news, GameEvent gameEvent, GameState before)
    {
        if (PitcherOf(gameEvent, before) is not { } pitcher)
        {
            return news;
        }

        _event.Clear();
        _event.Fields(news.Bytes);
        _event.String(GameEventCodec.PitcherField, pitcher);
        return EventView.Read(_event.Written);
    }

    private static string? PitcherOf(GameEvent gameEvent, GameState before)
    {
        foreach (ref readonly var change in gameEvent.Players.Span)
        {
            if (change.Player.Length == 0)
            {
                return change.Side switch { Side.Home => before.HomePitcher, Side.Away => before.AwayPitcher, _ => null };
            }
        }

        return null;
    }

    private Refusal? ObjectionTo(NormaliseState state, GameState before, GameEvent gameEvent)
    {
        if (Absurdity(gameEvent) is { } absurdity)
        {
            return absurdity;
        }

        if (state.MissingMessages > 0)
        {
            // What was missed may explain anything; an objection needs a state that is sure.
            return null;
        }

        if (gameEvent.Score is { } score && gameEvent.Kind != EventKind.GameEnd
            && (score.Home < before.Score.Home || score.Away < before.Score.Away))
        {
            return new Refusal(
                "score-went-down", $"Event {gameEvent.Key} says {score} after {before.Score}, and corrects nothing. If it is right, send it again.", true);
        }

        return rules.Objection(before, gameEvent) is { } objection
            ? new Refusal(objection.Reason, $"Event {gameEvent.Key}: {objection.Detail}", gameEvent.Kind != EventKind.Other)
            : null;
    }

    private static Refusal? Absurdity(GameEvent gameEvent)
    {
        if (gameEvent.Score is { } score && (score.Home is < 0 or > MaxPoints || score.Away is < 0 or > MaxPoints))
        {
            return new Refusal("absurd-score", $"Event {gameEvent.Key} says {score}; a score is 0 to {MaxPoints} a team.", true);
        }

        return gameEvent.OccurredAt.IsKnown && (gameEvent.OccurredAt < Earliest || gameEvent.OccurredAt > Latest)
            ? new Refusal("absurd-time", $"Event {gameEvent.Key} happened {gameEvent.OccurredAt.UnixMicros} µs after 1970, outside the years 1870 to 2199.", true)
            : null;
    }

    /// <summary>An event that says the score itself makes up for whatever was missed before it.</summary>
    private static void RestoreCertainty(NormaliseState state, GameEvent gameEvent)
    {
        if (gameEvent.Score is null || (gameEvent.Period <= 0 && gameEvent.Kind != EventKind.GameEnd))
        {
            return;
        }

        foreach (var channel in state.Channels)
        {
            channel.Forgive();
        }
    }

    private static int CountUpTo(Journal journal, long order)
    {
        var count = journal.InOrder.Count;
        while (count > 0 && journal[journal.InOrder[count - 1]].Order > order)
        {
            count--;
        }

        return count;
    }

    /// <summary>The state after the first <paramref name="count"/> events in the vendor's order.</summary>
    private GameState Refold(NormaliseState state, int count)
    {
        var folded = new GameState();
        if (state.InfoEvent is { } info)
        {
            folded = rules.Apply(folded, info, info.Info);
        }

        for (var i = 0; i < count; i++)
        {
            var gameEvent = GameEventCodec.Read(state.Journal.EssenceOf(state.Journal.InOrder[i]), _cache, withDescription: false);
            folded = rules.Apply(folded, gameEvent, state.Info);
        }

        return folded;
    }

    private static Refusal Conflict(in RawView message) => new(
        "feed-conflict",
        $"Message {message.Sequence} of {message.Source} over feed {message.Feed} differs from the one accepted before with this number. "
        + "The first stands; send this one again with 'oddswire dlq replay' if it is the right one.",
        false);

    private readonly record struct Origin(int Channel, Arrival Arrival, int Ordinal);

    /// <param name="Reason">Stable code.</param>
    /// <param name="Detail">Words.</param>
    /// <param name="LeavesHole">Whether the state is uncertain without the message.</param>
    private sealed record Refusal(string Reason, string Detail, bool LeavesHole = false);
}
