using System.Text;
using Oddswire.Core.Pipeline.Publish;
using Oddswire.Core.Ports;

namespace Oddswire.Host.Roles;

/// <summary>What the publish role keeps of a partition: its games, and the name of the log they were read from.</summary>
internal static class BoardCheckpoint
{
    /// <summary>The key of the run's name.</summary>
    public static byte[] RunKey { get; } = Encoding.UTF8.GetBytes("~run");

    /// <summary>The name of the run; null before a first owner has given one.</summary>
    public static string? RunOf(IEnumerable<KeyValuePair<byte[], byte[]>> state) =>
        state.FirstOrDefault(pair => pair.Key.AsSpan().SequenceEqual(RunKey)).Value is { } run ? Encoding.UTF8.GetString(run) : null;

    /// <summary>Puts what was saved on the board. What is in memory stays where it stands at or behind the saved places; else the saved board takes its place, and is read on from there.</summary>
    /// <exception cref="Core.Wire.WireFormatException">A saved game is damaged.</exception>
    public static void Load(
        LeagueBoard board, int partition, string run, IEnumerable<KeyValuePair<byte[], byte[]>> state, IReadOnlyDictionary<TopicPartition, long> committed)
    {
        var saved = new PartitionPosition(
            board.League, run, partition,
            committed.GetValueOrDefault(new TopicPartition(Topics.Odds(board.League), partition)),
            committed.GetValueOrDefault(new TopicPartition(Topics.Normalized(board.League), partition)));
        var known = board.Positions().FirstOrDefault(position => position.Partition == partition && position.Run == run);
        if (known is null || known.Odds < saved.Odds || known.Events < saved.Events)
        {
            board.Reset(saved, state.Where(pair => BoardFold.IsGameKey(pair.Key)).Select(pair => pair.Value));
        }
    }
}
