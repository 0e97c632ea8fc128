namespace Oddswire.Host.Commands.Verify;

/// <summary>What one check of <c>oddswire verify</c> found.</summary>
/// <param name="Name">The check, for example <c>archive-equals-log:nfl</c>.</param>
/// <param name="Ok">Whether it holds.</param>
/// <param name="Detail">What was compared; when it does not hold, what differs and where.</param>
public sealed record VerifyCheck(string Name, bool Ok, string Detail);
