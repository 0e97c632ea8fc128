using Oddswire.Core.Domain;

namespace Oddswire.Simulator.Football;

/// <summary>Plays from scrimmage.</summary>
internal sealed partial class FootballModel
{
    private static ReadOnlySpan<double> Shares => [0, 0.01, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99, 1];

    private static ReadOnlySpan<double> RunYards => [-8, -4, -1, 0, 1, 2, 2.5, 3, 4, 5, 7, 11, 15, 22, 30, 70];

    private static ReadOnlySpan<double> CompletionYards => [-8, -3, 1, 2, 4, 6, 7, 9, 10, 13, 16, 22, 29, 41, 49, 80];

    private void Snap()
    {
        RunOff();
        if (_at.Clock == 0)
        {
            return;
        }

        if (ShouldKneel())
        {
            Kneel();
        }
        else if (IsFieldGoalToEndHalf())
        {
            FieldGoal();
        }
        else if (_at.Down == 4)
        {
            FourthDown();
        }
        else
        {
            PlayFromScrimmage();
        }
    }

    /// <summary>Time between the whistle and the snap when the clock runs; a trailing or hurried team stops it with a time-out.</summary>
    private void RunOff()
    {
        if (!_isClockRunning)
        {
            return;
        }

        var trailing = Lead < 0 ? _at.Offence : Lead > 0 ? Other(_at.Offence) : (Side?)null;
        var isHurried = IsTrailingLate || (IsLateHalf && Lead is <= 0 and > -17) || (_at.Quarter == 2 && _at.Clock <= 100);
        var wantsStop = (_at.Quarter == 4 && _at.Clock <= 150 && Math.Abs(Lead) <= 16) || (_at.Quarter == 2 && _at.Clock <= 60);
        var stopper = _at.Quarter == 4 ? trailing ?? _at.Offence : _at.Offence;
        if (wantsStop && _at.Timeouts(stopper) > 0 && _random.Chance(0.75))
        {
            Elapse(_random.Between(1, 4));
            if (_at.Clock > 0)
            {
                CallTimeout(stopper);
            }

            return;
        }

        var protectsLead = _at.Quarter == 4 && Lead > 0 && _at.Clock < 480;
        Elapse(isHurried ? _random.Between(8, 15) : protectsLead ? _random.Between(35, 40) : _random.Between(26, 39));
    }

    private void CallTimeout(Side side)
    {
        var before = _at;
        if (side == Side.Home)
        {
            _at.HomeTimeouts--;
        }
        else
        {
            _at.AwayTimeouts--;
        }

        _isClockRunning = false;
        Record(FootballPlayKind.Timeout, before, actor: (int)side, yards: 3 - _at.Timeouts(side));
    }

    private bool ShouldKneel()
    {
        if (_at.Quarter == 2)
        {
            return _at.Clock <= 18 && _at.ToGoal > 60;
        }

        var stoppable = Math.Min(3, _at.Timeouts(Other(_at.Offence)));
        var kneels = 4 - _at.Down;
        return _at.Quarter == 4 && Lead > 0 && _at.ToGoal < 98
            && _at.Clock <= (3 * kneels) + (40 * Math.Max(0, kneels - stoppable)) - (_at.Down == 3 ? 0 : 2);
    }

    private void Kneel()
    {
        var before = _at;
        Elapse(3);
        _at.ToGoal = Math.Min(99, _at.ToGoal + 1);
        _at.ToGo++;
        _at.Down++;
        _isClockRunning = true;
        if (_at.Down > 4)
        {
            Turnover(100 - _at.ToGoal);
            Record(FootballPlayKind.Kneel, before, yards: -1, actor: FootballRoster.Quarterback);
            PossessionChanged();
            return;
        }

        Record(FootballPlayKind.Kneel, before, yards: -1, actor: FootballRoster.Quarterback);
    }

    private bool IsFieldGoalToEndHalf()
    {
        if (_at.ToGoal > 42)
        {
            return false;
        }

        return _at.Quarter switch
        {
            2 => _at.Clock <= 9,
            4 => _at.Clock <= 9 && Lead is <= 0 and >= -3,
            5 => (_at.Clock <= 9 || (_at.ToGoal <= 32 && _overtimePossessions >= 2)) && Lead is <= 0 and >= -3,
            _ => false,
        };
    }

    private void FourthDown()
    {
        var canKick = _at.ToGoal <= 38;
        if (MustGo(canKick) || WantsToGo(canKick))
        {
            PlayFromScrimmage();
        }
        else if (canKick)
        {
            FieldGoal();
        }
        else
        {
            Punt();
        }
    }

    private bool MustGo(bool canKick)
    {
        if (_at.Quarter < 4 || Lead >= 0)
        {
            return false;
        }

        if (_at.Quarter == 5)
        {
            return !canKick;
        }

        if (canKick && (Lead >= -3 || (Lead is <= -9 and >= -11 && _at.Clock > 60)))
        {
            return false;
        }

        return _at.Clock <= (Lead < -8 ? 480 : canKick ? 240 : 170);
    }

    private bool WantsToGo(bool canKick)
    {
        var chance = _at.ToGo switch
        {
            1 => _at.ToGoal <= 60 ? 0.55 : 0.15,
            2 => _at.ToGoal <= 55 ? 0.30 : 0.05,
            <= 4 => _at.ToGoal is > 32 and <= 50 ? 0.35 : 0.10,
            <= 7 => _at.ToGoal is > 36 and <= 45 ? 0.25 : 0.04,
            _ => 0.02,
        };
        return (Lead is not 0 || _at.Quarter < 4 || !canKick) && _random.Chance(chance);
    }

    private void FieldGoal()
    {
        var before = _at;
        var distance = _at.ToGoal + 18;
        var chance = distance switch { < 30 => 0.985, < 40 => 0.95, < 45 => 0.86, < 50 => 0.77, < 55 => 0.68, < 58 => 0.58, _ => 0.45 };
        Elapse(_random.Between(4, 5));
        if (_random.Chance(chance))
        {
            var side = _at.Offence;
            _at.AddPoints(side, 3);
            SetKickoff(side);
            Record(FootballPlayKind.FieldGoal, before, FootballResult.Good, distance, actor: FootballRoster.Kicker);
            CheckOvertime(isTouchdown: false, possessionEnded: true);
            return;
        }

        Turnover(Math.Min(80, 100 - _at.ToGoal - 8));
        Record(FootballPlayKind.FieldGoal, before, FootballResult.NoGood, distance, actor: FootballRoster.Kicker);
        PossessionChanged();
    }

    private void Punt()
    {
        var before = _at;
        Elapse(_random.Between(6, 11));
        var kicked = Math.Clamp((int)(46.5 + (7.5 * _random.NextNormal())), 25, 68);
        if (_random.Chance(0.006))
        {
            TouchdownBy(Other(_at.Offence), before, FootballPlayKind.Punt, FootballResult.ReturnTouchdown, kicked, 70, FootballRoster.Punter);
            if (!_isOver)
            {
                _drive++;
            }

            return;
        }

        var landed = _at.ToGoal - kicked;
        if (landed <= 0 && _random.Chance(0.6))
        {
            Turnover(80);
            Record(FootballPlayKind.Punt, before, FootballResult.Touchback, before.ToGoal, actor: FootballRoster.Punter);
            PossessionChanged();
            return;
        }

        landed = Math.Max(landed, _random.Between(4, 12));
        var returned = _random.Chance(0.42) ? _random.Between(0, 18) : 0;
        Turnover(100 - Math.Min(99, landed + returned));
        Record(FootballPlayKind.Punt, before, yards: before.ToGoal - landed, returned: returned, actor: FootballRoster.Punter);
        PossessionChanged();
    }

    private void PlayFromScrimmage()
    {
        if (_random.Chance(0.085))
        {
            Penalty();
            return;
        }

        if (_random.Chance(PassShare()))
        {
            Pass();
        }
        else
        {
            Run();
        }
    }

    private double PassShare()
    {
        if (IsTrailingLate || (IsLateHalf && Lead <= 0) || (_at.Quarter == 2 && _at.Clock <= 110))
        {
            return 0.9;
        }

        if (_at.Quarter == 4 && Lead > 0 && _at.Clock < 360)
        {
            return _at.Down == 3 && _at.ToGo > 4 ? 0.55 : 0.22;
        }

        return _at.Down switch
        {
            _ when _at.ToGoal <= 5 => 0.42,
            1 => 0.46,
            2 => _at.ToGo >= 7 ? 0.60 : 0.47,
            _ => _at.ToGo <= 2 ? 0.45 : 0.86,
        };
    }
}
