namespace Oddswire.Core.Pricing.Nfl;

/// <summary>Which team may still answer in overtime.</summary>
internal enum OvertimeRule
{
    /// <summary>Any score wins (until 2009; regular season until 2011).</summary>
    SuddenDeath = 0,

    /// <summary>A touchdown on the first possession wins, a field goal is answered (play-offs from 2010, regular season from 2012).</summary>
    FieldGoalAnswered = 1,

    /// <summary>Both teams have the ball once whatever the first does (play-offs from 2022, regular season from 2025).</summary>
    BothHaveTheBall = 2,
}

/// <summary>Where overtime stands for the team with the ball.</summary>
internal enum OvertimePhase
{
    /// <summary>The first possession.</summary>
    First = 0,

    /// <summary>Both have had their chance: any score wins.</summary>
    NextScoreWins = 1,

    /// <summary>Three behind, with the right to answer.</summary>
    AnswersFieldGoal = 2,

    /// <summary>Six, seven or eight behind, with the right to answer.</summary>
    AnswersTouchdown6 = 3,
    AnswersTouchdown7 = 4,
    AnswersTouchdown8 = 5,
}

/// <summary>
/// The law of overtime's points between average teams under one rule, worked out backwards from the end of the period: for each time left, band and phase, rows
/// being points of the team with the ball. NFL rule 16. In the regular season level at the end is a tie; in the play-offs periods follow until there is a
/// winner, which is this law given that there is one.
/// </summary>
internal sealed class Overtime
{
    /// <summary>Points of one team that a table holds: 0 to 15.</summary>
    public const int Points = 16;

    /// <summary>Columns of a table.</summary>
    public const int Width = Points + PointGrid.Margin;

    private const int Size = Points * Width;
    private const int Step = 20;
    private const int Slots = 900 / Step;
    private const int Phases = 6;

    private readonly DriveModel _drives;
    private readonly NflParameters _parameters;
    private readonly OvertimeRule _rule;
    private readonly float[] _tables = new float[(Slots + 1) * (NflParameters.Bands + 1) * Phases * Size];

    public Overtime(DriveModel drives, NflParameters parameters, OvertimeRule rule)
    {
        (_drives, _parameters, _rule) = (drives, parameters, rule);
        var own = new float[Width * Width];
        var other = new float[Width * Width];
        var branches = new DriveBranch[DriveModel.MaxBranches];
        for (var slot = 0; slot <= Slots; slot++)
        {
            foreach (var phase in Enum.GetValues<OvertimePhase>())
            {
                for (var band = 0; band < NflParameters.Bands; band++)
                {
                    own.AsSpan().Clear();
                    other.AsSpan().Clear();
                    // What is special of first plays was seen at the end of regulation only.
                    Add(drives.Start(band, slot * Step, isSecondHalf: true, 0, 0) with { IsStart = false, OwnTimeouts = 0 }, phase, slot - 1, branches, own, other);
                    PointGrid.AddTransposed(own, Width, other, Width, Points);
                    for (var row = 0; row < Points; row++)
                    {
                        own.AsSpan(row * Width, Points).CopyTo(At(slot, band, phase)[(row * Width)..]);
                    }
                }

                for (var band = 0; band < NflParameters.Bands; band++)
                {
                    VectorMath.AddScaled(At(slot, DriveModel.Kick, phase), At(slot, band, phase), (float)parameters.KickBand[band]);
                }
            }
        }
    }

    /// <summary>The rule of a game by the day it was to begin; today's where that is not known.</summary>
    public static OvertimeRule RuleOf(int season, bool isPostseason) => (season, isPostseason) switch
    {
        (0, _) or ( >= 2025, _) or ( >= 2022, true) => OvertimeRule.BothHaveTheBall,
        ( >= 2012, _) or ( >= 2010, true) => OvertimeRule.FieldGoalAnswered,
        _ => OvertimeRule.SuddenDeath,
    };

    /// <summary>Seconds of an overtime period.</summary>
    public static int SecondsOf(int season, bool isPostseason) => isPostseason || season is > 0 and < 2017 ? 900 : 600;

    /// <summary>The table at the kick-off of overtime: the receiving team's points in rows.</summary>
    public ReadOnlySpan<float> Begin(int seconds) => At(seconds / Step, DriveModel.Kick, OvertimePhase.First);

    /// <summary>The table for a drive still to begin.</summary>
    public ReadOnlySpan<float> At(double seconds, OvertimePhase phase) =>
        At((int)Math.Clamp(Math.Round(seconds / Step), 0, Slots), DriveModel.Kick, phase);

    /// <summary>The phase of the team with the ball.</summary>
    /// <param name="lead">Its lead.</param>
    /// <param name="drives">Drives of overtime that have begun, this one included.</param>
    public OvertimePhase PhaseOf(int lead, int drives) => PhaseOf(_rule, lead, drives);

    /// <summary>Adds the law of a play's situation to that of the team with the ball, or of the other one where it gets the ball next.</summary>
    /// <param name="play">The situation.</param>
    /// <param name="phase">Where overtime stands.</param>
    /// <param name="branches">Room for <see cref="DriveModel.MaxBranches"/>: the tables are shared by threads, buffers are not.</param>
    /// <param name="own">Added to.</param>
    /// <param name="other">Added to.</param>
    public void Add(in Situation play, OvertimePhase phase, Span<DriveBranch> branches, Span<float> own, Span<float> other) =>
        Add(play, phase, Slots, branches, own, other);

    private void Add(
        in Situation play, OvertimePhase phase, int lastSlot, Span<DriveBranch> branches, Span<float> own, Span<float> other)
    {
        if (play.Seconds <= 0)
        {
            own[0] += 1;
            return;
        }

        var at = Played(play, phase, UrgencyOf(_parameters, phase));
        Span<double> ends = stackalloc double[DriveModel.Results];
        _drives.Ends(at, ends);
        var count = _drives.Branch(at, ends, thirds: 3, branches);
        foreach (ref readonly var branch in branches[..count])
        {
            AddBranch(branch, phase, lastSlot, own, other);
        }
    }

    /// <summary>A situation as it is played in a phase.</summary>
    /// <param name="play">The situation.</param>
    /// <param name="phase">Where overtime stands.</param>
    /// <param name="urgencySeconds">How urgent it is felt.</param>
    public static Situation Played(in Situation play, OvertimePhase phase, double urgencySeconds) => play with { Lead = Deficit(phase), Urgency = urgencySeconds };

    /// <summary>How urgent a phase is felt: <see cref="NflParameters.OvertimeUrgency"/>.</summary>
    public static double UrgencyOf(NflParameters parameters, OvertimePhase phase) => parameters.OvertimeUrgency[Math.Min((int)phase, (int)OvertimePhase.AnswersFieldGoal)];

    /// <summary>The phase of the team with the ball under a rule.</summary>
    /// <param name="rule">The rule.</param>
    /// <param name="lead">The team's lead.</param>
    /// <param name="drives">Drives of overtime that have begun, this one included.</param>
    public static OvertimePhase PhaseOf(OvertimeRule rule, int lead, int drives) => (rule, lead) switch
    {
        (OvertimeRule.SuddenDeath, _) => OvertimePhase.NextScoreWins,
        (_, 0) => drives <= 1 ? OvertimePhase.First : OvertimePhase.NextScoreWins,
        (_, >= -5) => OvertimePhase.AnswersFieldGoal,
        (_, -6) => OvertimePhase.AnswersTouchdown6,
        (_, -7) => OvertimePhase.AnswersTouchdown7,
        _ => OvertimePhase.AnswersTouchdown8,
    };

    private static int Deficit(OvertimePhase phase) => phase switch
    {
        OvertimePhase.AnswersFieldGoal => -3,
        OvertimePhase.AnswersTouchdown6 => -6,
        OvertimePhase.AnswersTouchdown7 => -7,
        OvertimePhase.AnswersTouchdown8 => -8,
        _ => 0,
    };

    private void AddBranch(in DriveBranch branch, OvertimePhase phase, int lastSlot, Span<float> own, Span<float> other)
    {
        // A touchdown that wins is not followed by a try.
        const int winning = 6;
        var chance = (float)branch.Chance;
        var deficit = -Deficit(phase);
        if (branch.EndsHalf || (branch.Own == 0 && branch.Other == 0 && deficit > 0))
        {
            own[0] += chance;
        }
        else if (branch.Other > 0)
        {
            own[Math.Min(branch.Other, winning)] += chance;
        }
        else if (branch.Own == 0)
        {
            AddNext(branch, OvertimePhase.NextScoreWins, 0, chance, lastSlot, other);
        }
        else if (phase == OvertimePhase.First && branch.Own == 3)
        {
            AddNext(branch, _rule == OvertimeRule.SuddenDeath ? null : OvertimePhase.AnswersFieldGoal, 3, chance, lastSlot, other);
        }
        else if (phase == OvertimePhase.First && _rule == OvertimeRule.BothHaveTheBall)
        {
            var answer = branch.Own switch { 6 => OvertimePhase.AnswersTouchdown6, 7 => OvertimePhase.AnswersTouchdown7, _ => OvertimePhase.AnswersTouchdown8 };
            AddNext(branch, answer, branch.Own, chance, lastSlot, other);
        }
        else if (branch.Own == deficit)
        {
            AddNext(branch, OvertimePhase.NextScoreWins, branch.Own, chance, lastSlot, other);
        }
        else if (branch.Own > 3 && deficit is 6 or 7)
        {
            // Level with the touchdown, or one behind: what the try brings is in the branch's points, and enough or not.
            own[branch.Own * Width] += chance;
        }
        else
        {
            own[(branch.Own > 3 ? winning : branch.Own) * Width] += chance;
        }
    }

    // Null where the score ends the game.
    private void AddNext(in DriveBranch branch, OvertimePhase? phase, int own, float chance, int lastSlot, Span<float> other)
    {
        if (phase is not { } next)
        {
            other[own] += chance;
            return;
        }

        var slot = Math.Clamp((int)Math.Round(branch.Seconds / Step), 0, Math.Max(lastSlot, 0));
        VectorMath.AddScaled(other[own..], At(slot, branch.Band, next)[..(Size - PointGrid.Margin)], chance);
    }

    private Span<float> At(int slot, int band, OvertimePhase phase) =>
        _tables.AsSpan(((((slot * (NflParameters.Bands + 1)) + band) * Phases) + (int)phase) * Size, Size);
}
