-- Whose is this order? Asked when an identifier is shared, and when an order is forgotten.
create index subject_orders_by_key on subject_orders (order_key);
