using System.Text;
using Oddswire.Core.Domain;

namespace Oddswire.Core.Wire;

/// <summary>
/// Gives the same string for the same UTF-8 bytes without allocating when it was seen lately: game ids, market subjects and
/// model versions come again in every record, and a game's score sheet until somebody scores. Fixed in size (a slot is overwritten by the next string that falls on it); not for several threads.
/// </summary>
public sealed class StringCache
{
    private const int Slots = 4096;
    private const int SheetSlots = 256;
    private readonly string?[] _strings = new string?[Slots];
    private readonly byte[]?[] _bytes = new byte[]?[Slots];
    private readonly ScoreSheet?[] _sheets = new ScoreSheet?[SheetSlots];

    /// <summary>The string of these bytes.</summary>
    public string Get(ReadOnlySpan<byte> utf8)
    {
        if (utf8.IsEmpty)
        {
            return "";
        }

        var slot = (int)(Murmur.Hash32(utf8) & (Slots - 1));
        if (_bytes[slot] is { } known && utf8.SequenceEqual(known))
        {
            return _strings[slot]!;
        }

        var text = Encoding.UTF8.GetString(utf8);
        if (utf8.Length <= 64)
        {
            _bytes[slot] = utf8.ToArray();
            _strings[slot] = text;
        }

        return text;
    }

    /// <summary>The score sheet of these entries.</summary>
    public ScoreSheet Sheet(ReadOnlySpan<byte> entries)
    {
        if (entries.IsEmpty)
        {
            return ScoreSheet.Empty;
        }

        ref var known = ref _sheets[Murmur.Hash32(entries) & (SheetSlots - 1)];
        return known is not null && entries.SequenceEqual(known.Entries) ? known : known = ScoreSheet.Read(entries);
    }
}
