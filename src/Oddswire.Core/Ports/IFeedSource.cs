using Oddswire.Core.Domain;

namespace Oddswire.Core.Ports;

/// <summary>
/// Where feed messages come from: the simulator, a set of recordings, later a network client. It is resumable: ingest commits
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
}

/// <summary>A message from a source.</summary>
/// <param name="Cursor">The cursor that resumes after this message; grows by one a message.</param>
/// <param name="Due">When it arrives, from the start of the schedule, at speed 1.</param>
/// <param name="Message">The message.</param>
public readonly record struct SourcedMessage(long Cursor, TimeSpan Due, FeedMessage Message);
