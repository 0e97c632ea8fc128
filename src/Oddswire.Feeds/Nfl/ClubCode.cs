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
    public bool IsSameClub(ClubCode other) => !IsNone && (Packed == other.Packed || Usual(this) == Usual(other));

    /// <inheritdoc/>
    public override string ToString()
    {
        Span<byte> bytes = stackalloc byte[MaxLength];
        System.Buffers.Binary.BinaryPrimitives.WriteUInt64LittleEndian(bytes, Packed);
        var length = bytes.IndexOf((byte)0);
        return Encoding.ASCII.GetString(length < 0 ? bytes : bytes[..length]);
    }

    private static ClubCode Usual(ClubCode code)
    {
        foreach (var (other, usual) in Aliases)
        {
            if (other == code)
            {
                return usual;
            }
        }

        return code;
    }

    private static readonly (ClubCode Other, ClubCode Usual)[] Aliases =
    [
        (Of("JAX"u8), Of("JAC"u8)), (Of("BLT"u8), Of("BAL"u8)), (Of("CLV"u8), Of("CLE"u8)), (Of("ARZ"u8), Of("ARI"u8)),
        (Of("HST"u8), Of("HOU"u8)), (Of("SL"u8), Of("STL"u8)), (Of("WSH"u8), Of("WAS"u8)), (Of("LAR"u8), Of("LA"u8)),
    ];

    private static ClubCode Of(ReadOnlySpan<byte> text) => TryRead(text, out var code) ? code : default;
}
