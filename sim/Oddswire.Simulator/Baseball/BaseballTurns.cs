namespace Oddswire.Simulator.Baseball;

/// <summary>Turns at bat. Rates are those of the major leagues in 2019; see docs/simulator.md.</summary>
internal sealed partial class BaseballModel
{
    private const double Single = 0.1385;
    private const double Double = 0.0455;
    private const double Triple = 0.0042;
    private const double HomeRun = 0.0363;
    private const double Walk = 0.0850;
    private const double HitByPitch = 0.0107;
    private const double Error = 0.0090;
    private const double Strikeout = 0.2300;

    private static readonly int[] Grounders = [6, 4, 5, 6, 4, 3, 1, 5];
    private static readonly int[] Outfielders = [7, 8, 9];

    private void TurnAtBat()
    {
        var rate = _rates[_half];
        var u = _random.NextUnit();
        _faced[_half]++;
        _runners = (First ? 1 : 0) | (Second ? 2 : 0) | (Third ? 4 : 0);
        if ((u -= Single * rate) < 0)
        {
            Hit(1);
        }
        else if ((u -= Double * rate) < 0)
        {
            Hit(2);
        }
        else if ((u -= Triple * rate) < 0)
        {
            Hit(3);
        }
        else if ((u -= HomeRun * rate) < 0)
        {
            Homer();
        }
        else if ((u -= Walk * rate) < 0)
        {
            Forced("W", "32", "BCBFBB");
        }
        else if ((u -= HitByPitch) < 0)
        {
            Forced("HP", "11", "BCH");
        }
        else if ((u -= Error) < 0)
        {
            ReachOnError();
        }
        else if (u < Strikeout)
        {
            _outs++;
            AddPlay(BaseballEntryKind.Play, "K", null, _random.Chance(0.5) ? "12" : "22", "CBFS");
        }
        else
        {
            OutInPlay();
        }

        EndIfWalkedOff();
        _next[_half] = (_next[_half] + 1) % BaseballRoster.Batters;
    }

    private void Hit(int bases)
    {
        var field = Outfielders[_random.Below(3)];
        var scoring = (Third ? 1 : 0) + (Second ? 1 : 0) + (bases == 3 && First ? 1 : 0);
        if (HasRunner && scoring > RunsToWin)
        {
            bases = 1;
            WinningSingle();
        }
        else
        {
            AdvanceOnHit(bases);
        }

        _bases[bases] = true;
        var letter = bases switch { 1 => 'S', 2 => 'D', _ => 'T' };
        var other = field == 7 ? 8 : 7;
        AddPlay(BaseballEntryKind.Play, $"{letter}{field}/L{field}", $"{letter}{other}/L{other}", "11", "BCX");
    }

    private void AdvanceOnHit(int bases)
    {
        Advance(3, 4);
        if (bases >= 2)
        {
            Advance(2, 4);
            Advance(1, bases == 3 || (_random.Chance(0.43) && RunsToWin > 0) ? 4 : 3);
            return;
        }

        if (Second)
        {
            Advance(2, RunsToWin > 0 && _random.Chance(_outs == 2 ? 0.86 : 0.56) ? 4 : 3);
        }

        Advance(1, !Third && _random.Chance(0.29) ? 3 : 2);
    }

    /// <summary>The hit that ends the game counts only as many runs as were needed; those behind move up one base.</summary>
    private void WinningSingle()
    {
        for (var from = 3; from >= 1; from--)
        {
            Advance(from, RunsToWin > 0 ? 4 : from + 1);
        }
    }

    private void Homer()
    {
        var field = Outfielders[_random.Below(3)];
        Advance(3, 4);
        Advance(2, 4);
        Advance(1, 4);
        ScoreRun();
        AddPlay(BaseballEntryKind.Play, $"HR/F{field}", null, "10", "BX");
    }

    /// <summary>The batter takes first; runners move only where they must.</summary>
    private void Forced(string how, string count, string pitches)
    {
        if (First)
        {
            if (Second)
            {
                Advance(3, 4);
            }

            Advance(2, First && Second ? 3 : 2);
            Advance(1, 2);
        }

        _bases[1] = true;
        AddPlay(BaseballEntryKind.Play, how, null, count, pitches);
    }

    private void ReachOnError()
    {
        var field = Grounders[_random.Below(Grounders.Length)];
        Advance(3, 4);
        Advance(2, 3);
        Advance(1, 2);
        _bases[1] = true;
        _advances.Append(_advances.Length > 0 ? ";B-1" : "B-1");
        AddPlay(BaseballEntryKind.Play, $"E{field}/G{field}", null, "01", "CX");
    }

    private void OutInPlay()
    {
        var u = _random.NextUnit();
        if (u < 0.46)
        {
            GroundBall();
        }
        else if (u < 0.80)
        {
            FlyBall();
        }
        else
        {
            _outs++;
            var field = _random.Between(3, 9);
            AddPlay(BaseballEntryKind.Play, $"{field}/L{field}", $"{(field == 9 ? 8 : field + 1)}/L{(field == 9 ? 8 : field + 1)}", "12", "CBFX");
        }
    }

    private void GroundBall()
    {
        var field = Grounders[_random.Below(Grounders.Length)];
        var relay = field == 4 ? 6 : field == 6 ? 4 : field == 5 ? 4 : 6;
        if (First && _outs < 2)
        {
            var u = _random.NextUnit();
            if (u < 0.40)
            {
                DoublePlay(field, relay);
                return;
            }

            if (u < 0.68)
            {
                ForceAtSecond(field, relay);
                return;
            }
        }

        _outs++;
        if (_outs < 3)
        {
            if (Third && _random.Chance(0.52))
            {
                Advance(3, 4);
            }

            if (Second && !Third && _random.Chance(0.5))
            {
                Advance(2, 3);
            }

            if (!Second)
            {
                Advance(1, 2);
            }
        }

        var throws = field == 3 ? "3" : $"{field}3";
        var other = field == 6 ? 5 : 6;
        AddPlay(BaseballEntryKind.Play, $"{throws}/G{field}", $"{other}3/G{other}", "01", "CX");
    }

    private void DoublePlay(int field, int relay)
    {
        var ends = _outs == 1;
        _outs += 2;
        _bases[1] = false;
        if (!ends)
        {
            Advance(3, 4);
            Advance(2, 3);
        }

        AddPlay(BaseballEntryKind.Play, $"{field}{relay}(1)3/GDP/G{field}", null, "10", "BX");
    }

    private void ForceAtSecond(int field, int relay)
    {
        _outs++;
        _bases[1] = false;
        if (Third && Second)
        {
            Advance(3, 4);
        }

        Advance(2, 3);
        _bases[1] = true;
        _advances.Append(_advances.Length > 0 ? ";B-1" : "B-1");
        AddPlay(BaseballEntryKind.Play, $"{field}{relay}(1)/FO/G{field}", null, "00", "X");
    }

    private void FlyBall()
    {
        var field = Outfielders[_random.Below(3)];
        _outs++;
        if (_outs < 3 && Third && _random.Chance(0.58))
        {
            Advance(3, 4);
            AddPlay(BaseballEntryKind.Play, $"{field}/SF/F{field}", null, "11", "BCX");
            return;
        }

        if (_outs < 3 && Second && !Third && field == 9 && _random.Chance(0.35))
        {
            Advance(2, 3);
        }

        var other = field == 7 ? 8 : 7;
        AddPlay(BaseballEntryKind.Play, $"{field}/F{field}", $"{other}/F{other}", "11", "BCX");
    }
}
