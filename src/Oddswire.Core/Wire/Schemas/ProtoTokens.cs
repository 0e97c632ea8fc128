namespace Oddswire.Core.Wire.Schemas;

/// <summary>The words of a .proto file, comments left out, and where each stands.</summary>
internal sealed class ProtoTokens
{
    private readonly List<(string Text, int Line)> _tokens = [];
    private int _next;

    /// <exception cref="SchemaFormatException">A text or comment is not closed, or a character makes no sense.</exception>
    public ProtoTokens(string text)
    {
        var line = 1;
        for (var i = 0; i < text.Length;)
        {
            var c = text[i];
            if (char.IsWhiteSpace(c))
            {
                line += c == '\n' ? 1 : 0;
                i++;
                continue;
            }

            var end = EndOf(text, i, line);
            if (!text.AsSpan(i, end - i).StartsWith("//") && !text.AsSpan(i, end - i).StartsWith("/*"))
            {
                _tokens.Add((text[i..end], line));
            }

            line += text.AsSpan(i, end - i).Count('\n');
            i = end;
        }
    }

    public bool IsAtEnd => _next >= _tokens.Count;

    /// <summary>The next word without taking it; empty at the end.</summary>
    public string Peek => IsAtEnd ? "" : _tokens[_next].Text;

    /// <summary>Takes the next word.</summary>
    /// <exception cref="SchemaFormatException">There is none.</exception>
    public string Take() => IsAtEnd ? throw Error("the text ends too early") : _tokens[_next++].Text;

    /// <summary>Takes the next word if it is this one.</summary>
    public bool TryTake(string word)
    {
        var isNext = Peek == word;
        _next += isNext ? 1 : 0;
        return isNext;
    }

    /// <exception cref="SchemaFormatException">The next word is another.</exception>
    public void Demand(string word)
    {
        if (!TryTake(word))
        {
            throw Error($"expected '{word}', found '{Peek}'");
        }
    }

    /// <summary>Takes a name, maybe with dots.</summary>
    /// <exception cref="SchemaFormatException">The next word is no name.</exception>
    public string TakeName()
    {
        var word = Take();
        return char.IsAsciiLetter(word[0]) || word[0] is '_' or '.' ? word : throw Error($"'{word}' is not a name");
    }

    /// <summary>Takes a whole number, maybe negative.</summary>
    /// <exception cref="SchemaFormatException">The next word is no number.</exception>
    public int TakeNumber()
    {
        var sign = TryTake("-") ? -1 : 1;
        var word = Take();
        var isHex = word.StartsWith("0x", StringComparison.OrdinalIgnoreCase);
        return int.TryParse(
            isHex ? word.AsSpan(2) : word, isHex ? System.Globalization.NumberStyles.AllowHexSpecifier : System.Globalization.NumberStyles.None, null, out var number)
            ? sign * number
            : throw Error($"'{word}' is not a number");
    }

    /// <summary>Passes over everything up to a semicolon or a closed block.</summary>
    public void Skip()
    {
        for (var depth = 0; ;)
        {
            var word = Take();
            depth += word is "{" or "[" or "(" ? 1 : word is "}" or "]" or ")" ? -1 : 0;
            if (depth == 0 && word is ";" or "}")
            {
                return;
            }
        }
    }

    public SchemaFormatException Error(string what) =>
        new($"line {(_tokens.Count == 0 ? 1 : _tokens[Math.Clamp(_next - 1, 0, _tokens.Count - 1)].Line)}: {what}");

    private static int EndOf(string text, int start, int line)
    {
        var rest = text.AsSpan(start);
        if (rest.StartsWith("//"))
        {
            return rest.IndexOf('\n') is var newLine and >= 0 ? start + newLine : text.Length;
        }

        if (rest.StartsWith("/*"))
        {
            return rest.IndexOf("*/") is var close and >= 0 ? start + close + 2 : throw new SchemaFormatException($"line {line}: a comment is not closed");
        }

        if (rest[0] is '"' or '\'')
        {
            for (var i = 1; i < rest.Length && rest[i] != '\n'; i++)
            {
                if (rest[i] == '\\')
                {
                    i++;
                }
                else if (rest[i] == rest[0])
                {
                    return start + i + 1;
                }
            }

            throw new SchemaFormatException($"line {line}: a text is not closed");
        }

        if (!IsWord(rest[0]))
        {
            return start + 1;
        }

        var end = start;
        while (end < text.Length && IsWord(text[end]))
        {
            end++;
        }

        return end;
    }

    private static bool IsWord(char c) => char.IsAsciiLetterOrDigit(c) || c is '_' or '.' or '+';
}
