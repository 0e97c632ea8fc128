namespace Oddswire.Simulator.Basketball;

/// <summary>What comes of a possession.</summary>
internal sealed partial class BasketballModel
{
    private void Possession()
    {
        var isSecondChance = false;
        while (true)
        {
            var wasFouled = ShouldBeFouled() && _random.Chance(0.85);
            _clock = Math.Max(0, _clock - (wasFouled ? _random.Between(15, 50) : Duration(isSecondChance)));
            if (_clock == 0 && !_random.Chance(0.55))
            {
                return;
            }

            if (wasFouled)
            {
                Foul(isShooting: false, tries: 2);
                return;
            }

            switch (Attempt())
            {
                case Outcome.KeepsBall:
                    isSecondChance = true;
                    break;
                case Outcome.LosesBall:
                    _offence = Opposite(_offence);
                    return;
                default:
                    return;
            }

            if (_clock == 0)
            {
                return;
            }
        }
    }

    private enum Outcome : byte
    {
        KeepsBall,
        LosesBall,

        /// <summary>The side with the ball has been set already.</summary>
        Settled,
    }

    private bool ShouldBeFouled() => _period >= 4 && Lead is > 0 and <= 9 && _clock is > 20 and < 400 && (Lead > 3 || _clock < 260);

    private int Duration(bool isSecondChance)
    {
        if (_period >= 4 && _clock <= 260)
        {
            if (Lead >= 0)
            {
                return Math.Max(_clock - _random.Between(0, 25), 30);
            }

            return _random.Between(30, 80);
        }

        var hurry = IsLate && Lead < -4 ? 0.7 : 1.0;
        var mean = isSecondChance ? 70 : 127;
        var spread = isSecondChance ? 30 : 36;
        var tenths = (int)((mean + (spread * _random.NextNormal())) * hurry / _pace);
        return Math.Clamp(tenths, 15, 240);
    }

    private Outcome Attempt()
    {
        var isEnd = _clock < 15;
        var u = _random.NextUnit();
        if (!isEnd && u < 0.124)
        {
            return Turnover();
        }

        if (!isEnd && u < 0.124 + 0.085)
        {
            return CommonFoul();
        }

        var threeShare = IsLate && _clock < 450 && Lead < 0 ? (Lead == -3 ? 0.88 : Lead <= -4 ? 0.6 : 0.36) : 0.325;
        var isThree = _random.Chance(threeShare);
        if (_random.Chance(isThree ? 0.010 : 0.112))
        {
            return Foul(isShooting: true, tries: isThree ? 3 : 2);
        }

        return Shoot(isThree, isEnd);
    }

    private Outcome Shoot(bool isThree, bool isEnd)
    {
        var shooter = OnCourt(_offence);
        var chance = isThree ? 0.358 + (0.9 * ShotShift) : 0.523 + ShotShift;
        if (isEnd || (_period >= 4 && _clock < 30))
        {
            chance *= 0.78;
        }

        var kind = isThree ? BasketballActionKind.ThreePointer : BasketballActionKind.TwoPointer;
        if (_random.Chance(chance))
        {
            Score(_offence, isThree ? 3 : 2);
            var assistant = _random.Chance(0.6) ? OnCourt(_offence) : -1;
            Add(kind, _offence, shooter, assistant == shooter ? -1 : assistant, made: true);
            if (_clock > 0 && _random.Chance(isThree ? 0.004 : 0.055))
            {
                return Foul(isShooting: true, tries: 1);
            }

            return Outcome.LosesBall;
        }

        Add(kind, _offence, shooter);
        if (!isThree && _random.Chance(0.16))
        {
            Add(BasketballActionKind.Block, Opposite(_offence), OnCourt(Opposite(_offence)));
        }

        return _clock == 0 ? Outcome.LosesBall : Rebound(0.235);
    }

    private Outcome Rebound(double offensiveShare)
    {
        _clock = Math.Max(Math.Min(_clock, 1), _clock - _random.Between(5, 25));
        var isOffensive = _random.Chance(offensiveShare);
        var side = isOffensive ? _offence : Opposite(_offence);
        _offence = side;
        Add(BasketballActionKind.Rebound, side, OnCourt(side), offensive: isOffensive);
        return isOffensive ? Outcome.KeepsBall : Outcome.Settled;
    }

    private Outcome Turnover()
    {
        Add(BasketballActionKind.Turnover, _offence, OnCourt(_offence));
        _offence = Opposite(_offence);
        if (_random.Chance(0.56))
        {
            Add(BasketballActionKind.Steal, _offence, OnCourt(_offence));
        }
        else
        {
            DeadBall();
        }

        return Outcome.Settled;
    }

    private Outcome CommonFoul()
    {
        var defence = Team(Opposite(_offence));
        if (defence.Fouls >= (_period > 4 ? 3 : 4))
        {
            return Foul(isShooting: false, tries: 2);
        }

        defence.Fouls++;
        Add(BasketballActionKind.Foul, Opposite(_offence), OnCourt(Opposite(_offence)), OnCourt(_offence));
        DeadBall();
        return Outcome.KeepsBall;
    }

    private Outcome Foul(bool isShooting, int tries)
    {
        var shooting = _offence;
        var shooter = OnCourt(shooting);
        Team(Opposite(shooting)).Fouls++;
        Add(BasketballActionKind.Foul, Opposite(shooting), OnCourt(Opposite(shooting)), shooter, offensive: isShooting, attempts: tries);
        var isMade = false;
        for (var attempt = 1; attempt <= tries; attempt++)
        {
            isMade = _random.Chance(0.768);
            if (isMade)
            {
                Score(shooting, 1);
            }

            Add(BasketballActionKind.FreeThrow, shooting, shooter, made: isMade, attempt: attempt, attempts: tries);
        }

        if (!isMade)
        {
            return Rebound(0.13);
        }

        _offence = Opposite(shooting);
        DeadBall();
        return Outcome.Settled;
    }
}
