using Oddswire.Core.Domain;
using Oddswire.Core.Ports;
using Oddswire.Core.Pricing.Parameters;
using Oddswire.Core.Wire;

namespace Oddswire.Core.Pipeline.Normalise;

/// <summary>
/// From what the feeds of a league sent (<c>raw.events</c>) to one clean sequence of events a game (<c>events.normalized</c>), each with
/// the game's state after it: duplicates dropped, order restored inside a bounded window, gaps declared, corrections and late events
/// folded in at their place, and what contradicts the rules put in quarantine. This part looks at the transport's numbers; what an event
/// means is decided in the other part. For one thread.
/// </summary>
/// <param name="league">The league.</param>
/// <param name="rules">The sport's rules.</param>
/// <param name="options">The window; null for the defaults.</param>
public sealed partial class NormaliseStage(League league, IGameRules rules, NormaliseOptions? options = null) : Stage<NormaliseState>
{
    private readonly NormaliseOptions _options = options ?? new NormaliseOptions();
    private readonly string _normalized = Topics.Normalized(league);
    private readonly string _quarantine = Topics.Quarantine(league);
    private readonly StringCache _cache = new();
    private readonly ProtoWriter _record = new(4096);
    private readonly ProtoWriter _event = new(1024);

    /// <inheritdoc/>
    public override string Name => "normalise";

    /// <inheritdoc/>
    public override NormaliseState Create(GameId game) => new(game);

    /// <inheritdoc/>
    public override NormaliseState Load(GameId game, ReadOnlySpan<byte> saved) => NormaliseStateCodec.Read(game, saved, _cache);

    /// <inheritdoc/>
    public override void Save(NormaliseState state, ProtoWriter to) => NormaliseStateCodec.Write(to, state);

    /// <inheritdoc/>
    public override int CompleteParts(NormaliseState state) => state.Journal.CompleteParts;

    /// <inheritdoc/>
    public override void SavePart(NormaliseState state, int part, ProtoWriter to) => to.Fields(state.Journal.Part(part));

    /// <inheritdoc/>
    public override void LoadPart(NormaliseState state, ReadOnlySpan<byte> saved) => state.Journal.LoadPart(saved);

    /// <summary>Handles one raw message: a <see cref="RawMessage"/> record of <c>raw.events</c>.</summary>
    public override void Process(NormaliseState state, in LogRecord record, StageOutput output)
    {
        var message = RawView.Read(record, _cache);
        if (message.IsControl)
        {
            Control(state, message, output);
            return;
        }

        if (message.IsModelChange)
        {
            ChangeModel(state, message, output);
            return;
        }

        if (Unfit(state, message) is null && message.PublishedAt > state.Now)
        {
            state.Now = message.PublishedAt;
        }

        if (message.Sequence <= 0)
        {
            Deliver(state, message, -1, Arrival.Next, output);
        }
        else
        {
            Place(state, message, state.ChannelOf(message.Source), output);
        }

        foreach (var channel in state.Channels)
        {
            while (channel.IsWindowOver(state.Now, _options))
            {
                CloseHole(state, channel, message, output);
            }
        }
    }

    private void Place(NormaliseState state, in RawView message, int index, StageOutput output)
    {
        var channel = state.Channels[index];
        var arrival = channel.Classify(message.Sequence);
        switch (arrival)
        {
            case Arrival.Next:
                channel.Next++;
                Deliver(state, message, index, arrival, output);
                Release(state, channel, index, output);
                break;
            case Arrival.Ahead:
                Hold(state, channel, message, output);
                break;
            case Arrival.Late:
                DeliverLate(state, channel, message, index, output);
                break;
            default:
                Deliver(state, message, index, arrival, output);
                break;
        }
    }

    private void Hold(NormaliseState state, Channel channel, in RawView message, StageOutput output)
    {
        if (message.Sequence - channel.Next > _options.MaxSequenceJump)
        {
            var detail = $"Sequence {message.Sequence} where {channel.Next} was next: more than {_options.MaxSequenceJump} ahead. "
                + "Check the sender's numbering, then send the message again with 'oddswire dlq replay'.";
            RefuseOnce(state, message, -1, new Refusal("absurd-sequence", detail), output);
            return;
        }

        var held = new HeldMessage(
            message.Sequence, message.Value.ToArray(), message.Partition, message.Offset, state.Now, message.IsReplay);
        if (channel.Hold(held) is not { } known)
        {
            return;
        }

        if (RawView.Read(known, _cache).ContentHash() == message.ContentHash())
        {
            output.NoteDuplicate();
        }
        else
        {
            RefuseOnce(state, message, state.ChannelOf(channel.Source), Conflict(message), output);
        }
    }

    /// <summary>Delivers what waited only for the message just handled.</summary>
    private void Release(NormaliseState state, Channel channel, int index, StageOutput output)
    {
        while (channel.TryRelease(out var held))
        {
            Deliver(state, RawView.Read(held, _cache), index, Arrival.Next, output);
        }
    }

    private void CloseHole(NormaliseState state, Channel channel, in RawView cause, StageOutput output)
    {
        var index = state.Channels.IndexOf(channel);
        var hole = channel.GiveUpHole();
        var which = hole.From == hole.To ? $"Message {hole.From}" : $"Messages {hole.From} to {hole.To}";
        EmitGap(state, cause, $"gap-{index}-{hole.From}", hole.To - hole.From + 1, $"{which} of {channel.Source} did not come.", output);
        Release(state, channel, index, output);
    }

    private void DeliverLate(NormaliseState state, Channel channel, in RawView message, int index, StageOutput output)
    {
        var mattered = channel.Found(message.Sequence);
        var before = state.Sequence;
        if (!Deliver(state, message, index, Arrival.Late, output))
        {
            channel.AddMissing(new MissingRange(message.Sequence, message.Sequence, mattered));
        }
        else if (mattered && state.Sequence == before)
        {
            // The message itself brought nothing, but the state is more certain with it than without.
            EmitGap(state, message, $"found-{index}-{message.Sequence}", 0, $"Message {message.Sequence} of {channel.Source} came late.", output);
        }
    }

    private void Control(NormaliseState state, in RawView message, StageOutput output)
    {
        // Whoever speaks here has heard nothing for a while: what is missing now will not come in time.
        foreach (var channel in state.Channels)
        {
            while (channel.Held.Count > 0)
            {
                CloseHole(state, channel, message, output);
            }
        }

        foreach (var bytes in message)
        {
            var isStalled = EventView.Read(bytes).Kind switch
            {
                EventKind.FeedStalled => true,
                EventKind.FeedResumed => false,
                _ => state.IsFeedStalled,
            };
            if (isStalled == state.IsFeedStalled)
            {
                output.NoteDuplicate();
                continue;
            }

            state.IsFeedStalled = isStalled;
            Emit(state, message, bytes, Disposition.Control, 0, output);
        }
    }

    // Says nothing of the game: it takes its place between the events and changes no state. What cannot price must not reach pricing.
    private void ChangeModel(NormaliseState state, in RawView message, StageOutput output)
    {
        foreach (var bytes in message)
        {
            if (Unusable(GameEventCodec.Read(bytes, _cache).Model) is { } why)
            {
                RefuseOnce(state, message, -1, new Refusal("unusable-model", why), output);
                return;
            }
        }

        foreach (var bytes in message)
        {
            Emit(state, message, bytes, Disposition.Control, 0, output);
        }
    }

    private string? Unusable(ModelChange? change)
    {
        if (change is null || change.Role == ModelRole.None || (change.Version.Length == 0 && change.Role == ModelRole.Live))
        {
            return "The message names no model and no role.";
        }

        if (change.Version.Length == 0)
        {
            return null;
        }

        try
        {
            var file = ModelFile.Parse(change.Parameters, change.Version);
            return file.League == league && file.Version == change.Version
                ? null
                : $"The parameter file is of {file.Version} for {file.League.Code()}; the message says {change.Version} for {league.Code()}.";
        }
        catch (ModelFileException e)
        {
            return $"{e.Message} Check the file with 'oddswire models show FILE'.";
        }
    }

    private void EmitGap(NormaliseState state, in RawView cause, string key, long missing, string description, StageOutput output)
    {
        _event.Clear();
        GameEventCodec.Write(_event, new GameEvent
        {
            GameId = state.Game,
            Key = key,
            Order = Math.Max(0, state.Journal.LastOrder),
            Kind = EventKind.Gap,
            Period = state.Folded.Period,
            ClockTenths = state.Folded.ClockTenths,
            MissingMessages = (int)Math.Min(int.MaxValue, missing),
            Description = description,
        });
        Emit(state, cause, _event.Written, Disposition.Control, 0, output);
    }

    private void Emit(
        NormaliseState state, in RawView cause, ReadOnlySpan<byte> encodedEvent, Disposition disposition, int revision, StageOutput output,
        GameEvent? replaced = null)
    {
        state.Sequence++;
        _record.Clear();
        NormalizedEventCodec.Write(_record, encodedEvent, new NormalizedEnvelope(
            state.Current, disposition, revision, state.Sequence, cause.ReceivedAt, cause.Partition, cause.Offset,
            replaced?.Players ?? PlayerChanges.None, replaced?.Pitcher));
        output.Emit(_normalized, state.Game, state.Headers, _record.Written);
        output.NoteReceived(cause.ReceivedAt, 1);
    }
}
