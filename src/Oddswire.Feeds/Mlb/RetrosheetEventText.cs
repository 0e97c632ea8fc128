using System.Text;
using Oddswire.Core.Ports;

namespace Oddswire.Feeds.Mlb;

/// <summary>
/// Reads the event field of a Retrosheet play record: <c>basic play [/modifier…] [.advance[;advance…]]</c>, as described on
/// retrosheet.org/eventfile.htm, with the archaic forms found in older seasons (<c>KE2</c>, <c>OBA</c>, <c>HBP</c>, <c>SBH(UR)</c>).
/// Only what moves batter and runners is kept; modifiers are passed over. Two rules decide most doubtful cases: an error within a
/// put-out's credits negates the out (unless a later credit makes one), and an explicit advance overrides what the basic play implies, but never a
/// put-out that was credited.
/// </summary>
public ref partial struct RetrosheetEventText
{
    private const int MaxLength = 240;
    private const int Stayed = -1;
    private const byte End = 0;
    private readonly ReadOnlySpan<byte> _original;
    private readonly ReadOnlySpan<byte> _text;
    private int _at;
    private int _batter = Stayed;
    private int _first = Stayed;
    private int _second = Stayed;
    private int _third = Stayed;
    private int _creditedOuts;
    private int _hitBases;
    private bool _isStrikeout;
    private bool _endsTurn = true;

    private RetrosheetEventText(ReadOnlySpan<byte> original, ReadOnlySpan<byte> cleaned)
    {
        _original = original;
        _text = cleaned;
    }

    private readonly byte Current => _at < _text.Length ? _text[_at] : End;

    /// <summary>Reads one event text (ASCII, at most 240 characters; case, spaces and the marks <c>#</c> and <c>!</c> are ignored).</summary>
    /// <exception cref="FeedFormatException">The text is not in the notation; the message shows it and the place.</exception>
    public static PlayOutcome Parse(ReadOnlySpan<byte> text)
    {
        if (text.Length > MaxLength)
        {
            throw new FeedFormatException("malformed-event", $"The event text has {text.Length} characters; at most {MaxLength} can be a play.");
        }

        Span<byte> cleaned = stackalloc byte[text.Length];
        var size = 0;
        foreach (var c in text)
        {
            if (c is not ((byte)'#' or (byte)'!' or (byte)' '))
            {
                cleaned[size++] = c is >= (byte)'a' and <= (byte)'z' ? (byte)(c - 32) : c;
            }
        }

        var reader = new RetrosheetEventText(text, cleaned[..size]);
        return reader.Read();
    }

    private PlayOutcome Read()
    {
        if (_text.SequenceEqual("NP"u8))
        {
            return new PlayOutcome(Stayed, Stayed, Stayed, Stayed, IsNoPlay: true);
        }

        BasicPlay();
        while (Current is (byte)'+' or (byte)'-' or (byte)';' or (byte)'/')
        {
            if (Current == '/')
            {
                Modifier();
            }
            else
            {
                _at++;
                if (IsLetter(Current))
                {
                    RunningPlay(Letters());
                }
            }
        }

        if (Current == '.')
        {
            Advances();
        }

        while (Current is (byte)'+' or (byte)'-' or (byte)'/')
        {
            if (Current == '/')
            {
                Modifier();
            }
            else
            {
                _at++;
            }
        }

        if (_at < _text.Length)
        {
            throw Malformed("the end of the text, '/', '.' or ';'");
        }

        var outcome = new PlayOutcome(_batter, _first, _second, _third, IsNoPlay: false)
        {
            HitBases = _hitBases,
            IsStrikeout = _isStrikeout,
            EndsTurn = _endsTurn,
        };
        return outcome.Outs <= 3 ? outcome : throw Malformed("at most three outs");
    }

    private void BasicPlay()
    {
        var play = Letters();
        if (play.IsEmpty)
        {
            FieldedOut();
            return;
        }

        switch (play)
        {
            case [(byte)'S']: Hit(_hitBases = 1); break;
            case [(byte)'D']: Hit(_hitBases = 2); break;
            case [(byte)'D', (byte)'G', (byte)'R']: Hit(_hitBases = 2); break;
            case [(byte)'T']: Hit(_hitBases = 3); break;
            case [(byte)'H'] or [(byte)'H', (byte)'R']: Hit(_hitBases = 4); break;
            case [(byte)'W'] or [(byte)'I'] or [(byte)'I', (byte)'W']: _batter = 1; break;
            case [(byte)'H', (byte)'P'] or [(byte)'H', (byte)'B', (byte)'P'] or [(byte)'C']: _batter = 1; break;
            case [(byte)'F', (byte)'C']: Hit(1); break;
            case [(byte)'E']: Error(); _batter = 1; break;
            case [(byte)'K', (byte)'E']: _isStrikeout = true; Error(); _batter = 1; break;
            case [(byte)'F', (byte)'L', (byte)'E']: _endsTurn = false; Error(); break;
            case [(byte)'K']: _isStrikeout = true; Strikeout(); break;
            default: _endsTurn = false; RunningPlay(play); break;
        }
    }

    private void Hit(int to)
    {
        _batter = to;
        while (IsFielder(Current) || Current == '0')
        {
            _at++;
        }
    }

    private void Error()
    {
        if (!IsFielder(Current) && Current != '0')
        {
            throw Malformed("the fielder who erred");
        }

        while (IsFielder(Current) || Current == '0')
        {
            _at++;
        }
    }

    private void Strikeout()
    {
        if (!IsFielder(Current))
        {
            _batter = 0;
            return;
        }

        if (FieldingCredit())
        {
            _batter = 1;
        }
        else
        {
            PutOut(0);
        }
    }

    /// <summary><c>63</c>, <c>64(1)3</c>, <c>8(B)84(2)</c>, <c>5(2)4(1)</c>, <c>6E3</c>: without a base in brackets the batter is meant.</summary>
    private void FieldedOut()
    {
        if (!IsFielder(Current))
        {
            throw Malformed("a basic play such as S8, 63, K, W or SB2");
        }

        _batter = 1;
        while (IsFielder(Current) || (Current == 'E' && _at > 0))
        {
            var isSafe = FieldingCredit();
            if (Current != '(')
            {
                if (!isSafe)
                {
                    PutOut(0);
                }

                break;
            }

            _at++;
            var from = Current switch
            {
                (byte)'B' => 0,
                >= (byte)'1' and <= (byte)'3' => Current - '0',
                _ => throw Malformed("B, 1, 2 or 3 in brackets: who was put out"),
            };
            _at++;
            Expect((byte)')', "')'");
            if (isSafe)
            {
                Move(from, from + 1);
            }
            else
            {
                PutOut(from);
            }
        }
    }

    /// <summary>Reads fielders as in <c>643</c> or <c>6E3</c>; true when an error negates the put-out.</summary>
    private bool FieldingCredit()
    {
        // U: archaic, "unassisted".
        while (IsFielder(Current) || Current is (byte)'0' or (byte)'U')
        {
            _at++;
        }

        if (Current != 'E')
        {
            return false;
        }

        _at++;
        Error();
        return true;
    }

    private void Modifier()
    {
        _at++;
        var depth = 0;
        while (Current != End && (depth > 0 || Current is not ((byte)'/' or (byte)'.' or (byte)';')))
        {
            depth += Current switch { (byte)'(' => 1, (byte)')' => -1, _ => 0 };
            _at++;
        }
    }

    private int Base(int lowest, int highest, string what)
    {
        var to = Current switch
        {
            >= (byte)'1' and <= (byte)'4' => Current - '0',
            (byte)'H' => 4,
            _ => 0,
        };
        if (to < lowest || to > highest)
        {
            throw Malformed(what);
        }

        _at++;
        return to;
    }

    private void PutOut(int from)
    {
        Move(from, 0);
        _creditedOuts |= 1 << from;
    }

    private void Move(int from, int to)
    {
        if ((_creditedOuts & (1 << from)) != 0)
        {
            return;
        }

        switch (from)
        {
            case 0: _batter = to; break;
            case 1: _first = to; break;
            case 2: _second = to; break;
            default: _third = to; break;
        }
    }

    private ReadOnlySpan<byte> Letters()
    {
        var start = _at;
        while (IsLetter(Current))
        {
            _at++;
        }

        return _text[start.._at];
    }

    private void Expect(byte wanted, string what)
    {
        if (Current != wanted)
        {
            throw Malformed(what);
        }

        _at++;
    }

    private static bool IsLetter(byte c) => c is >= (byte)'A' and <= (byte)'Z';

    private static bool IsFielder(byte c) => c is (>= (byte)'1' and <= (byte)'9') or (byte)'?';

    private readonly FeedFormatException Malformed(string expected)
    {
        var found = _at < _text.Length ? $"'{Printable(_text.Slice(_at, 1))}'" : "the end";
        return new FeedFormatException(
            "malformed-event", $"The event text '{Printable(_original)}' has {found} at character {_at + 1} where {expected} was expected.");
    }

    internal static string Printable(ReadOnlySpan<byte> bytes)
    {
        var text = new StringBuilder(Math.Min(bytes.Length, 81));
        foreach (var b in bytes[..Math.Min(bytes.Length, 80)])
        {
            text.Append(b is >= 32 and < 127 ? (char)b : '?');
        }

        return bytes.Length > 80 ? text.Append('…').ToString() : text.ToString();
    }
}
