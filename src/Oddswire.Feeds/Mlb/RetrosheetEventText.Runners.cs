namespace Oddswire.Feeds.Mlb;

/// <content>What runners do: stolen bases, pick-offs, advances and the credits behind them.</content>
public ref partial struct RetrosheetEventText
{
    /// <summary>What runners do without the batter's doing: <c>SB2</c>, <c>CS3(26)</c>, <c>PO1(13)</c>, <c>POCS2(1361)</c>, <c>WP</c>…</summary>
    private void RunningPlay(ReadOnlySpan<byte> play)
    {
        if (play.SequenceEqual("WP"u8) || play.SequenceEqual("PB"u8) || play.SequenceEqual("BK"u8) || play.SequenceEqual("DI"u8)
            || play.SequenceEqual("OA"u8) || play.SequenceEqual("OBA"u8))
        {
            return;
        }

        if (play.SequenceEqual("E"u8))
        {
            Error();
            return;
        }

        var toHome = play.Length > 2 && play[^1] == 'H';
        var name = toHome ? play[..^1] : play;
        if (name.SequenceEqual("SB"u8) || name.SequenceEqual("POSB"u8))
        {
            var to = toHome ? 4 : Base(2, 4, "the base stolen");
            Move(to - 1, to);
            Credits(out _, out _);
        }
        else if (name.SequenceEqual("CS"u8) || name.SequenceEqual("POCS"u8))
        {
            var to = toHome ? 4 : Base(2, 4, "the base at which the runner was caught");
            Retire(to - 1, to);
        }
        else if (play.SequenceEqual("PO"u8))
        {
            var from = Base(1, 3, "the base at which the runner was picked off");
            Retire(from, Stayed);
        }
        else
        {
            _at -= play.Length;
            throw Malformed("a basic play such as S8, 63, K, W or SB2");
        }
    }

    /// <summary>A runner is out, unless an error in the credits that follow lets him reach <paramref name="safeAt"/>.</summary>
    private void Retire(int from, int safeAt)
    {
        Credits(out var isOut, out _);
        if (isOut)
        {
            PutOut(from);
        }
        else if (safeAt != Stayed)
        {
            Move(from, safeAt);
        }
    }

    private void Advances()
    {
        do
        {
            _at++;
            var from = Current switch
            {
                (byte)'B' => 0,
                >= (byte)'1' and <= (byte)'3' => Current - '0',
                _ => throw Malformed("B, 1, 2 or 3: who advanced"),
            };
            _at++;
            var attempt = Current;
            if (attempt is not ((byte)'-' or (byte)'X'))
            {
                throw Malformed("'-' (safe) or 'X' (out)");
            }

            _at++;
            var to = Base(1, 4, "the base reached");
            Credits(out var isOut, out var hasRunMark);
            if (attempt == 'X' && isOut && !(hasRunMark && to == 4))
            {
                PutOut(from);
            }
            else
            {
                Move(from, to);
            }
        }
        while (Current == ';');
    }

    /// <summary>
    /// Brackets after an attempt: credits <c>(26)</c>, <c>(2E4/TH)</c>, errors <c>(E5)</c>, remarks <c>(UR)</c> <c>(NR)</c> <c>(TH)</c>. The last credit that
    /// begins with a fielder decides; without one a bare error means safe; without either the runner is out.
    /// </summary>
    private void Credits(out bool isOut, out bool hasRunMark)
    {
        bool? putOut = null;
        var hasError = false;
        hasRunMark = false;
        while (Current == '(')
        {
            _at++;
            var length = _text[_at..].IndexOf((byte)')');
            if (length <= 0)
            {
                throw Malformed("a remark and ')'");
            }

            var remark = _text.Slice(_at, length);
            _at += length + 1;
            var slash = remark.IndexOf((byte)'/');
            var credit = slash < 0 ? remark : remark[..slash];
            if (credit.IsEmpty)
            {
                continue;
            }

            if (IsFielder(credit[0]) || credit[0] == '0')
            {
                putOut = !credit.Contains((byte)'E');
            }
            else if (credit[0] == 'E')
            {
                hasError = true;
            }
            else if (credit.SequenceEqual("UR"u8) || credit.SequenceEqual("TUR"u8))
            {
                hasRunMark = true;
            }
        }

        hasRunMark &= putOut is null;
        isOut = putOut ?? !hasError;
    }
}
