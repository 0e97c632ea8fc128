using Oddswire.Core.Ports;

namespace Oddswire.Infrastructure.Logs.Sqlite;

/// <summary>Cuts the records of a commit into batches of bounded size.</summary>
internal static class BatchCutter
{
    /// <summary>The pieces, in order; a record larger than the bound is a piece of its own.</summary>
    public static IEnumerable<(int Count, ReadOnlyMemory<byte> Payload)> Cut(OutputBuffer.Block block, int maxRecords, int maxBytes)
    {
        var payload = block.Payload;
        if (block.Count <= maxRecords && payload.Length <= maxBytes)
        {
            yield return (block.Count, payload);
            yield break;
        }

        var (start, position, count) = (0, 0, 0);
        for (var i = 0; i < block.Count; i++)
        {
            var end = EndOfRecord(payload.Span, position);
            if (count > 0 && (count == maxRecords || end - start > maxBytes))
            {
                yield return (count, payload[start..position]);
                (start, count) = (position, 0);
            }

            (position, count) = (end, count + 1);
        }

        yield return (count, payload[start..position]);
    }

    private static int EndOfRecord(ReadOnlySpan<byte> data, int position)
    {
        for (var part = 0; part < 3; part++)
        {
            var size = 0;
            for (var shift = 0; ; shift += 7)
            {
                var b = data[position++];
                size |= (b & 0x7f) << shift;
                if (b < 0x80)
                {
                    break;
                }
            }

            position += size;
        }

        return position;
    }
}
