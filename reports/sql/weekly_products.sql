-- Which products rose and fell most, against the period before and against the same weekdays last year?
--
-- Grain:       comparison (previous: as many days just before, last_year: 364 days earlier), product (its sku), currency. Unchanged products are left out.
-- Parameters:  from, to: the first and the last day, both included; top: how many products that rose, and how many that fell, per comparison and currency.
--
-- Amounts are integer minor units of `currency`, without tax. The sku '' holds what belongs to no product (shipping).
with
  {from:Date} - ({to:Date} - {from:Date} + 1) as previous_from,

  days as
  (
    select
      *,
      revenue_gross_minor - cancelled_minor - refunded_minor as net_minor,
      day between {from:Date} and {to:Date} as is_current,
      day between previous_from and {from:Date} - 1 as is_previous,
      day between {from:Date} - 364 and {to:Date} - 364 as is_last_year
    from rollup_product_day
    where day between previous_from and {to:Date}
      or day between {from:Date} - 364 and {to:Date} - 364
  ),

  names as
  (
    select
      sku,
      currency,
      name,
      max(day) as last_day,
      sumIf(net_minor, is_current) as current_minor,
      sumIf(net_minor, is_previous) as previous_minor,
      sumIf(net_minor, is_last_year) as last_year_minor
    from days
    group by sku, currency, name
  ),

  products as
  (
    select
      sku,
      currency,
      -- Products are renamed: the latest name counts.
      argMax(name, (last_day, name)) as product_name,
      sum(names.current_minor) as current_minor,
      sum(names.previous_minor) as previous_minor,
      sum(names.last_year_minor) as last_year_minor
    from names
    group by sku, currency
  ),

  compared as
  (
    select
      *,
      pair.1 as comparison,
      pair.2 as before_minor,
      current_minor - before_minor as change_minor
    from products
    array join [('previous', previous_minor), ('last_year', last_year_minor)] as pair
  ),

  ranked as
  (
    select
      *,
      row_number() over (partition by comparison, currency order by change_minor desc, sku) as rise,
      row_number() over (partition by comparison, currency order by change_minor, sku) as fall
    from compared
  )

select
  comparison,
  sku as product,
  product_name,
  currency,
  current_minor as revenue_net_minor,
  before_minor as revenue_net_before_minor
from ranked
where (change_minor > 0 and rise <= {top:UInt32})
  or (change_minor < 0 and fall <= {top:UInt32})
order by comparison, currency, change_minor desc, product
settings output_format_json_quote_64bit_integers = 1
