namespace Paypro.Protocol.Countries;

/// <summary>
/// How often one payer may pay one merchant, where a country's page says so. Live installations keep it; a sandbox does not, so that
/// documented examples can be replayed. An order that is known already is answered all the same.
/// </summary>
/// <param name="Role">What tells one payer from another; orders without it are not counted.</param>
public sealed record PayerQuota(FieldRole Role)
{
    /// <summary>Pay-ins begun in one local day; 0 = any number.</summary>
    public int MostBegunADay { get; init; }

    /// <summary>Of those begun in one local day, how many may be paid before no more can be begun; 0 = any number. What is begun is credited.</summary>
    public int MostPaidADay { get; init; }

    /// <summary>Least time between two pay-ins of the same amount; zero = none.</summary>
    public TimeSpan SameAmountEvery { get; init; }

    /// <summary>Only orders above this amount count, minor units.</summary>
    public long AboveMinor { get; init; }
}
