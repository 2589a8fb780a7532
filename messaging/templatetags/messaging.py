"""Words of raw signals in templates."""

from django import template

from messaging import words

register = template.Library()

register.filter("kind_label", words.kind_label)
