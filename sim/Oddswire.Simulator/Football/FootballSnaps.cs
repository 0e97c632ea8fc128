namespace Oddswire.Simulator.Football;

/// <summary>Plays from scrimmage.</summary>
internal sealed partial class FootballModel
{
    private static ReadOnlySpan<double> Shares => [0, 0.01, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99, 1];

    private static ReadOnlySpan<double> RunYards => [-8, -4, -1, 0, 1, 2, 2.5, 3, 4, 5, 7, 11, 15, 22, 30, 70];

    private static ReadOnlySpan<double> CompletionYards => [-8, -3, 1, 2, 4, 6, 7, 9, 10, 13, 16, 22, 29, 41, 49, 80];

    private void Snap()
    {
        _isKneeling = false;
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

        // With a field goal in reach the points to tie are the question, without it the time to get the ball back.
        return _random.Chance(Lead < -8 ? Near(720, 330) : canKick ? Near(480, 240) : Near(300, 120));
    }

    private bool WantsToGo(bool canKick)
    {
        var chance = _at.ToGo switch
        {
            1 => _at.ToGoal <= 60 ? 0.65 : 0.2,
            2 => _at.ToGoal <= 55 ? 0.40 : 0.06,
            <= 4 => _at.ToGoal switch { <= 10 => 0.25, > 32 and <= 50 => 0.42, _ => 0.12 },
            <= 7 => _at.ToGoal is > 36 and <= 45 ? 0.30 : 0.05,
            _ => 0.025,
        };
        return !PlaysForFieldGoal && (Lead is not 0 || _at.Quarter < 4 || !canKick) && _random.Chance(chance);
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
        if (_random.Chance(0.075))
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
        if (PlaysForFieldGoal)
        {
            return 0.2;
        }

        var usual = _at.Down switch
        {
            _ when _at.ToGoal <= 5 => 0.42,
            1 => 0.46,
            2 => _at.ToGo >= 7 ? 0.60 : 0.47,
            _ => _at.ToGo <= 2 ? 0.45 : 0.86,
        };
        var ahead = _at.Quarter == 4 && Lead > 0 ? Near(540, 240) : 0;
        var hurry = Hurry();
        return (usual * (1 - ahead - hurry)) + (ahead * (_at.Down == 3 && _at.ToGo > 4 ? 0.55 : 0.22)) + (hurry * 0.87);
    }
}
