using System.Text;

namespace Oddswire.Feeds.Nfl;

/// <summary>
/// A club's short code, such as <c>NE</c>, held in eight bytes so that reading one allocates nothing. <c>default</c> is no club.
/// </summary>
/// <param name="Packed">The ASCII bytes, first one lowest.</param>
internal readonly record struct ClubCode(ulong Packed)
{
    private const int MaxLength = 8;

    /// <summary>Whether there is no club.</summary>
    public bool IsNone => Packed == 0;

    /// <summary>Reads a code of 0 to 8 letters or digits.</summary>
    public static bool TryRead(ReadOnlySpan<byte> text, out ClubCode code)
    {
        ulong packed = 0;
        code = default;
        if (text.Length > MaxLength)
        {
            return false;
        }

        for (var i = 0; i < text.Length; i++)
        {
            if (!char.IsAsciiLetterOrDigit((char)text[i]))
            {
                return false;
            }

            packed |= (ulong)text[i] << (8 * i);
        }

        code = new ClubCode(packed);
        return true;
    }

    /// <summary>
    /// Whether both name the same club: the league's systems do not agree on some codes (its statistics say <c>JAX</c>, its schedule <c>JAC</c>).
    /// </summary>
    public bool IsSameClub(ClubCode other) => !IsNone && (Packed == other.Packed || Usual(Packed) == Usual(other.Packed));

    /// <inheritdoc/>
    public override string ToString()
    {
        Span<byte> bytes = stackalloc byte[MaxLength];
        System.Buffers.Binary.BinaryPrimitives.WriteUInt64LittleEndian(bytes, Packed);
        var length = bytes.IndexOf((byte)0);
        return Encoding.ASCII.GetString(length < 0 ? bytes : bytes[..length]);
    }

    private static ulong Usual(ulong code) => code switch
    {
        'J' | ((ulong)'A' << 8) | ((ulong)'X' << 16) => 'J' | ((ulong)'A' << 8) | ((ulong)'C' << 16),
        'B' | ((ulong)'L' << 8) | ((ulong)'T' << 16) => 'B' | ((ulong)'A' << 8) | ((ulong)'L' << 16),
        'C' | ((ulong)'L' << 8) | ((ulong)'V' << 16) => 'C' | ((ulong)'L' << 8) | ((ulong)'E' << 16),
        'A' | ((ulong)'R' << 8) | ((ulong)'Z' << 16) => 'A' | ((ulong)'R' << 8) | ((ulong)'I' << 16),
        'H' | ((ulong)'S' << 8) | ((ulong)'T' << 16) => 'H' | ((ulong)'O' << 8) | ((ulong)'U' << 16),
        'W' | ((ulong)'S' << 8) | ((ulong)'H' << 16) => 'W' | ((ulong)'A' << 8) | ((ulong)'S' << 16),
        'L' | ((ulong)'A' << 8) | ((ulong)'R' << 16) => 'L' | ((ulong)'A' << 8),
        'S' | ((ulong)'L' << 8) => 'S' | ((ulong)'T' << 8) | ((ulong)'L' << 16),
        _ => code,
    };
}
