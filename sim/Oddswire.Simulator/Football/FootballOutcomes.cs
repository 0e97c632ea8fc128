namespace Oddswire.Simulator.Football;

/// <summary>What comes of runs, passes and penalties.</summary>
internal sealed partial class FootballModel
{
    private void Run()
    {
        var before = _at;
        var shift = (0.55 * OffenceQuality) - (_at.ToGoal <= 5 ? 0.6 : 0);
        var yards = Math.Min(_at.ToGoal, _random.FromQuantiles(Shares, RunYards, shift));
        var runner = _random.Chance(0.18) ? FootballRoster.Quarterback : FootballRoster.Runner(_random.Chance(0.68) ? 0 : 1);
        if (_random.Chance(0.009))
        {
            LoseFumble(before, yards, runner);
            return;
        }

        Elapse(_random.Between(4, 7));
        Gain(before, FootballPlayKind.Run, yards, runner, 0, isClockRunning: !_random.Chance(0.12) || !IsLateHalf);
    }

    private void Pass()
    {
        var before = _at;
        var quality = OffenceQuality;
        var sack = 0.066 - (0.010 * quality);
        var interception = 0.0225 + (_at.Quarter >= 4 && Lead < 0 ? 0.0115 * Hurry() : 0) - (0.003 * quality);
        var tightness = _at.ToGoal <= 5 ? 0.13 : _at.ToGoal <= 10 ? 0.10 : _at.ToGoal <= 20 ? 0.045 : 0;
        var complete = 0.612 + (0.040 * quality) - tightness;
        var u = _random.NextUnit();
        if (u < sack)
        {
            Sack(before);
        }
        else if (u < sack + interception)
        {
            Intercept(before);
        }
        else if (u < sack + interception + complete)
        {
            Elapse(_random.Between(4, 8));
            var yards = Math.Min(_at.ToGoal, _random.FromQuantiles(Shares, CompletionYards, 0.75 * quality));
            if (_random.Chance(0.006))
            {
                LoseFumble(before, yards, FootballRoster.Receiver(_random.Below(5)));
                return;
            }

            var isClockRunning = !_random.Chance(IsLateHalf ? 0.35 : 0.04);
            Gain(before, FootballPlayKind.Pass, yards, FootballRoster.Quarterback, FootballRoster.Receiver(_random.Below(5)), isClockRunning);
        }
        else
        {
            Elapse(_random.Between(4, 7));
            Gain(before, FootballPlayKind.Incomplete, 0, FootballRoster.Quarterback, FootballRoster.Receiver(_random.Below(5)), isClockRunning: false);
        }
    }

    /// <summary>Moves the ball from scrimmage: touchdown, safety, first down, next down or turnover on downs.</summary>
    private void Gain(in FootballSpot before, FootballPlayKind kind, int yards, int actor, int target, bool isClockRunning)
    {
        var toGoal = _at.ToGoal - yards;
        if (toGoal <= 0)
        {
            TouchdownBy(_at.Offence, before, kind, FootballResult.Touchdown, before.ToGoal, 0, actor, target);
            return;
        }

        if (toGoal >= 100)
        {
            if (_random.Chance(0.45))
            {
                Safety(before, kind, yards, actor);
                return;
            }

            yards = before.ToGoal - 99;
            toGoal = 99;
        }

        _at.ToGoal = toGoal;
        _at.ToGo -= yards;
        if (_at.ToGo <= 0)
        {
            _at.Down = 1;
            _at.ToGo = Math.Min(10, toGoal);
        }
        else if (++_at.Down > 4)
        {
            Turnover(100 - toGoal);
            Record(kind, before, yards: yards, actor: actor, target: target);
            PossessionChanged();
            return;
        }

        var stopper = isClockRunning ? RunOff() : null;
        Record(kind, before, yards: yards, actor: actor, target: target);
        CallTimeout(stopper);
    }

    private void Sack(in FootballSpot before)
    {
        Elapse(_random.Between(4, 8));
        var lost = _random.Between(2, 11);
        if (_random.Chance(0.075))
        {
            LoseFumble(before, -lost, FootballRoster.Quarterback);
            return;
        }

        Gain(before, FootballPlayKind.Sack, -lost, FootballRoster.Quarterback, 0, isClockRunning: true);
    }

    private void Intercept(in FootballSpot before)
    {
        Elapse(_random.Between(5, 11));
        var thrown = Math.Min(_at.ToGoal + 5, _random.Between(3, 32));
        var defence = Other(_at.Offence);
        if (_random.Chance(0.085))
        {
            var distance = Math.Clamp(100 - (_at.ToGoal - thrown), 1, 99);
            TouchdownBy(defence, before, FootballPlayKind.Interception, FootballResult.ReturnTouchdown, thrown, distance, FootballRoster.Quarterback,
                FootballRoster.Receiver(_random.Below(4)));
            _drive++;
            return;
        }

        var spot = _at.ToGoal - thrown;
        var returned = spot <= 0 ? 0 : _random.Chance(0.5) ? 0 : _random.Between(1, 25);
        Turnover(spot <= 0 ? 80 : 100 - Math.Min(99, spot + returned));
        Record(FootballPlayKind.Interception, before, spot <= 0 ? FootballResult.Touchback : FootballResult.None, thrown, returned,
            FootballRoster.Quarterback, FootballRoster.Receiver(_random.Below(4)));
        PossessionChanged();
    }

    private void LoseFumble(in FootballSpot before, int yards, int actor)
    {
        Elapse(_random.Between(5, 10));
        var spot = Math.Clamp(_at.ToGoal - yards, 1, 99);
        if (_random.Chance(0.07))
        {
            TouchdownBy(Other(_at.Offence), before, FootballPlayKind.Fumble, FootballResult.ReturnTouchdown, yards, 100 - spot, actor);
            _drive++;
            return;
        }

        Turnover(100 - spot);
        Record(FootballPlayKind.Fumble, before, yards: before.ToGoal - spot, actor: actor);
        PossessionChanged();
    }

    /// <summary>A penalty that wipes out the play: false start or holding against the offence; offside, contact or interference against the defence.</summary>
    private void Penalty()
    {
        var before = _at;
        var onDefence = _random.Chance(0.47);
        if (!IsLateHalf)
        {
            Elapse(_random.Between(0, 25));
        }

        if (!onDefence)
        {
            var lost = Math.Min(_random.Chance(0.55) ? 5 : 10, (99 - _at.ToGoal) / 2);
            _at.ToGoal += lost;
            _at.ToGo += lost;
            Record(FootballPlayKind.Penalty, before, yards: lost);
            return;
        }

        var kind = _random.NextUnit();
        var yards = kind < 0.55 ? 5 : kind < 0.78 ? 5 : _random.Between(8, 30);
        var isAutomatic = kind >= 0.55;
        yards = Math.Min(yards, Math.Max(1, isAutomatic && kind >= 0.78 ? _at.ToGoal - 1 : _at.ToGoal / 2));
        if (yards >= _at.ToGoal)
        {
            yards = 0;
        }

        _at.ToGoal -= yards;
        _at.ToGo -= yards;
        if (isAutomatic || _at.ToGo <= 0)
        {
            _at.Down = 1;
            _at.ToGo = Math.Min(10, _at.ToGoal);
        }

        Record(FootballPlayKind.Penalty, before, yards: yards, onDefence: true);
    }
}
