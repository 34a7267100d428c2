"""Inbound mails parsed without trust: replies, out-of-office notes, delivery reports and complaints."""
