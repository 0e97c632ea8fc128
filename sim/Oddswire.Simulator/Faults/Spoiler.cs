namespace Oddswire.Simulator.Faults;

/// <summary>How the bytes of a message are spoilt.</summary>
internal enum Spoiling : byte
{
    None,

    /// <summary>Cut off.</summary>
    Truncated,

    /// <summary>Bytes that are no text.</summary>
    Junk,

    /// <summary>Well-formed, but a number is something else.</summary>
    WrongType,
}

/// <summary>Spoils bytes so that no adapter can take them for a message.</summary>
internal static class Spoiler
{
    public static Spoiling Choose(SeededRandom random) => (Spoiling)random.Between(1, 3);

    public static byte[] Spoil(byte[] body, in Emission emission)
    {
        var random = new SeededRandom(SeededRandom.Mix(emission.Game.Fixture.Seed, (ulong)emission.Sequence, 50));
        return emission.Spoiling switch
        {
            // Inside the first record or before the last brace: what is left can never be whole.
            Spoiling.Truncated when body[0] == 'i' => body[..random.Between(1, 8)],
            Spoiling.Truncated => body[..random.Between(1, body.Length - 2)],
            Spoiling.WrongType => Retype(body) ?? Garble(body, random),
            _ => Garble(body, random),
        };
    }

    private static byte[] Garble(byte[] body, SeededRandom random)
    {
        var spoilt = body.AsSpan().ToArray();
        for (var i = 0; i < Math.Min(24, spoilt.Length); i++)
        {
            spoilt[i] = (byte)(0x80 | random.Below(0x80));
        }

        return spoilt;
    }

    private static byte[]? Retype(byte[] body)
    {
        var text = body.AsSpan();
        foreach (var field in (ReadOnlySpan<string>)["\"T\":", "\"period\":", "play,"])
        {
            var at = text.IndexOf(System.Text.Encoding.ASCII.GetBytes(field)) + field.Length;
            if (at < field.Length || !char.IsAsciiDigit((char)text[at]))
            {
                continue;
            }

            var end = at;
            while (char.IsAsciiDigit((char)text[end]))
            {
                end++;
            }

            return [.. text[..at], .. "[]"u8, .. text[end..]];
        }

        return null;
    }
}
