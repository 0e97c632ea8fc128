using Oddswire.Core.Domain;

namespace Oddswire.Simulator.Football;

/// <summary>The clock: what it takes between plays, who hurries, who stops it, who lets it run out.</summary>
internal sealed partial class FootballModel
{
    // From 0 to 1 between two times left in the quarter: no coach changes his mind at a second.
    private double Near(int from, int to) => Math.Clamp((from - _at.Clock) / (double)(from - to), 0, 1);

    /// <summary>How often the offence plays in a hurry. A team behind by two scores begins in the middle of the quarter; one that cannot win any more gives up.</summary>
    private double Hurry() => _at.Quarter switch
    {
        2 => 0.9 * Near(130, 80),
        4 when PlaysForFieldGoal => 0,
        4 => Lead switch
        {
            > 0 or < -24 => 0,
            0 => Near(130, 70),
            >= -8 => Near(280, 120),
            >= -16 => Near(720, 240),
            _ => 0.5 * Near(900, 420) * (1 - Near(180, 60)),
        },
        5 => Lead <= 0 ? Near(150, 80) : 0,
        _ => 0,
    };

    /// <summary>In range of the field goal that wins, with little time: the ball is run and the clock let down, so that nobody answers.</summary>
    private bool PlaysForFieldGoal => _at.Quarter == 4 && Lead is <= 0 and >= -2 && _at.ToGoal <= 32 && _at.Clock <= 150;

    /// <summary>
    /// The time from the whistle to the next snap when the clock runs: it is part of the play that was, so that the clock told after a play is that of the
    /// next snap, as in recorded games.
    /// </summary>
    /// <returns>Who stops the clock with a time-out; null when nobody does.</returns>
    private Side? RunOff()
    {
        if (PlaysForFieldGoal)
        {
            var hasTimeout = _at.Timeouts(_at.Offence) > 0;
            Elapse(Math.Min(_random.Between(34, 40), Math.Max(0, _at.Clock - (hasTimeout ? 4 : 8))));
            return hasTimeout && _at.Clock is > 0 and <= 6 ? _at.Offence : null;
        }

        if (Stopper() is { } stopper && _at.Timeouts(stopper) > 0 && _random.Chance(0.75))
        {
            Elapse(_random.Between(1, 4));
            return _at.Clock > 0 ? stopper : null;
        }

        if (!_isKneeling && _random.Chance(Hurry()))
        {
            Elapse(_random.Between(9, 17));
        }
        else if (_at.Quarter == 4 && Lead > 0 && _random.Chance(Near(720, 360)))
        {
            Elapse(_random.Between(35, 40));
        }
        else
        {
            var faster = Math.Floor(_tempo);
            Elapse(_random.Between(28, 40) - (int)faster - (_random.Chance(_tempo - faster) ? 1 : 0));
        }

        return null;
    }

    /// <summary>Who would stop the clock: who is behind, and who wants to score before the half ends.</summary>
    private Side? Stopper() => (_at.Quarter, Lead) switch
    {
        (2, _) => _at.Clock <= 60 && _at.ToGoal <= 75 && !_isKneeling ? _at.Offence : null,
        (4, > 16 or < -16) => null,
        (4, > 0) => _at.Clock <= (Lead > 8 ? 240 : 190) ? Other(_at.Offence) : null,
        (4, < 0) => _at.Clock <= 70 ? _at.Offence : null,
        (4 or 5, <= 0) => _at.Clock <= 50 ? _at.Offence : null,
        _ => null,
    };

    /// <summary>A time-out follows the play after which it was taken.</summary>
    private void CallTimeout(Side? side)
    {
        if (side is not { } caller)
        {
            return;
        }

        var before = _at;
        if (caller == Side.Home)
        {
            _at.HomeTimeouts--;
        }
        else
        {
            _at.AwayTimeouts--;
        }

        Record(FootballPlayKind.Timeout, before, actor: (int)caller, yards: 3 - _at.Timeouts(caller));
    }

    private bool ShouldKneel()
    {
        if (_at.Quarter == 2)
        {
            return _at.ToGoal > 60 && _random.Chance(Near(45, 20));
        }

        var stoppable = Lead > 16 ? 0 : Math.Min(3, _at.Timeouts(Other(_at.Offence)));
        var kneels = 4 - _at.Down;
        return _at.Quarter == 4 && Lead > 0 && _at.ToGoal < 98
            && _at.Clock <= (3 * kneels) + (40 * Math.Max(0, kneels - stoppable)) - (_at.Down == 3 ? 0 : 2);
    }

    private void Kneel()
    {
        var before = _at;
        _isKneeling = true;
        Elapse(3);
        _at.ToGoal = Math.Min(99, _at.ToGoal + 1);
        _at.ToGo++;
        _at.Down++;
        if (_at.Down > 4)
        {
            Turnover(100 - _at.ToGoal);
            Record(FootballPlayKind.Kneel, before, yards: -1, actor: FootballRoster.Quarterback);
            PossessionChanged();
            return;
        }

        var stopper = RunOff();
        Record(FootballPlayKind.Kneel, before, yards: -1, actor: FootballRoster.Quarterback);
        CallTimeout(stopper);
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
            5 when Lead == 0 => _at.Clock <= 9 || (_at.Down >= 3 && _at.ToGoal <= 32 && _overtimePossessions >= 2),
            5 => _at.Clock <= 9 && Lead is < 0 and >= -3,
            _ => false,
        };
    }
}
