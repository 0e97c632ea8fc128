using Oddswire.Core.Domain;

namespace Oddswire.Core.Ports;

/// <summary>
/// Where feed messages come from: the simulator, a set of recordings, a vendor's Kafka topic. It is resumable: ingest commits
/// the cursor of the last message together with its records, and after a restart reads on from there. The same cursor always
/// gives the same messages.
/// </summary>
public interface IFeedSource
{
    /// <summary>Names the source and what determines its content (seed, content hash of the recordings), so that cursors never mix.</summary>
    string Identity { get; }

    /// <summary>The league whose messages it gives: one source object a league, so that leagues run apart.</summary>
    League League { get; }

    /// <summary>
    /// Messages after the cursor (0 is the beginning), in arrival order, each with the cursor to resume behind it and the moment
    /// it is due: offset from the start of the schedule at speed 1. The caller waits for the due moment, or not.
    /// </summary>
    IEnumerable<SourcedMessage> ReadFrom(long cursor);

    /// <summary>
    /// The same of a source with several shards, each with a cursor of its own, until it is stopped. Most sources have shard 0 alone, end by themselves
    /// and need not be stopped.
    /// </summary>
    /// <param name="cursors">The cursor of each shard that was read before.</param>
    /// <param name="stop">Ends a source that waits for messages.</param>
    IEnumerable<SourcedMessage> ReadFrom(IReadOnlyDictionary<int, long> cursors, CancellationToken stop) => ReadFrom(cursors.GetValueOrDefault(0));

    /// <summary>Whether messages come when they come: each is due when it is given, and no speed applies.</summary>
    bool IsLive => false;

    /// <summary>How far a live source is behind its vendor; null when it is not known, or the source is not live.</summary>
    FeedProgress? Progress => null;

    /// <summary>Everything up to a cursor is committed. May come from another thread than reads do.</summary>
    void OnCommitted(int shard, long cursor)
    {
    }
}

/// <summary>How far a live source is behind its vendor.</summary>
/// <param name="Records">Messages of the vendor that are not in the log yet.</param>
/// <param name="Behind">For how long the first of them has been there, by the vendor's clock; as long as none of them was read, since they were seen to wait. Zero when none waits.</param>
/// <param name="AwayBecause">Why the vendor cannot be reached; null when it can.</param>
public sealed record FeedProgress(long Records, TimeSpan Behind, string? AwayBecause);

/// <summary>A message from a source.</summary>
/// <param name="Cursor">The cursor that resumes after this message; grows by one a message.</param>
/// <param name="Due">When it arrives, from the start of the schedule, at speed 1.</param>
/// <param name="Message">The message.</param>
/// <param name="Shard">The part of the source whose cursor it is, 0 where there is one alone.</param>
/// <param name="Refusal">Why the transport's envelope makes no sense, so that the message goes to the dead letters; null when it does.</param>
public readonly record struct SourcedMessage(long Cursor, TimeSpan Due, FeedMessage Message, int Shard = 0, FeedRefusal? Refusal = null)
{
    /// <summary>What every source gives.</summary>
    public void Deconstruct(out long cursor, out TimeSpan due, out FeedMessage message) => (cursor, due, message) = (Cursor, Due, Message);
}

/// <summary>Why a message cannot be taken, whatever its body says.</summary>
/// <param name="Reason">A short stable code, for example <see cref="NoGame"/>.</param>
/// <param name="Detail">What is wrong, where, and what was expected.</param>
public sealed record FeedRefusal(string Reason, string Detail)
{
    /// <summary>The message does not say which game it is of; it stands under a name of our own and cannot be sent again.</summary>
    public const string NoGame = "no-game-id";

    /// <summary>A part of the envelope is not what the mapping expects.</summary>
    public const string BadEnvelope = "bad-envelope";
}
